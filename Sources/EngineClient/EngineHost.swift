/// Where an engine is, as one writes it: `unix:///run/docker.sock`, `ssh://user@server:22`.
public enum EngineHost: Sendable, Hashable, CustomStringConvertible {
  /// A socket on this machine.
  case unix(path: String)
  /// A machine that the user's own `ssh` reaches.
  case ssh(SSHDestination)

  /// Nil where the text is neither.
  public init?(parsing text: String) {
    if text.hasPrefix("unix://") {
      let path = String(text.dropFirst("unix://".count))
      // A socket's address holds 108 bytes with the zero behind it (unix(7)).
      guard path.hasPrefix("/"), path.utf8.count < 108, !path.contains("\0") else { return nil }
      self = .unix(path: path)
    } else if text.hasPrefix("ssh://"), let destination = SSHDestination(String(text.dropFirst("ssh://".count))) {
      self = .ssh(destination)
    } else {
      return nil
    }
  }

  public var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .ssh(let destination): "ssh://\(destination)"
    }
  }
}

/// `user@server:22`, as `ssh` takes it apart. User and port may be left out.
public struct SSHDestination: Sendable, Hashable, CustomStringConvertible {
  /// `user@server`, or the server alone.
  let target: String
  let port: Int?

  init?(_ text: String) {
    var rest = text.hasSuffix("/") ? text.dropLast() : text[...]
    var port: Int?
    let host = rest.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
    // The colons of a bare IPv6 address are no port's.
    if let colon = rest.lastIndex(of: ":"), host.count(where: { $0 == ":" }) == 1 || host.contains("]:") {
      guard let number = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
      port = number
      rest = rest[..<colon]
    }
    let isPlain = rest.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7F && !"/'\"\\`$;&|<>()".unicodeScalars.contains($0)
    }
    // What begins with a dash would be an option.
    guard isPlain, !rest.isEmpty, !rest.hasPrefix("-"), !rest.hasPrefix("@"), !rest.hasSuffix("@") else { return nil }
    target = String(rest.filter { $0 != "[" && $0 != "]" })
    self.port = port
  }

  public var description: String { target + (port.map { ":\($0)" } ?? "") }
}
