/// The host and port of a registry, as they stand in an image reference.
public struct RegistryName: Sendable, Hashable {
  /// A host name or an address, lower-cased; an IPv6 address keeps its brackets, as in a URL.
  public let host: String
  /// Nil where the scheme's own port is meant.
  public let port: Int?

  /// Docker Hub, the registry of a reference that names none.
  public static let dockerHub = RegistryName(host: "docker.io", port: nil)

  private init(host: String, port: Int?) {
    self.host = host
    self.port = port
  }

  /// Reads `host` or `host:port` (distribution/reference: "domain"). Other names of Docker Hub become `docker.io`.
  public init(parsing text: String) throws(ImageReferenceError) {
    do { try self.init(component: text) } catch {
      throw ImageReferenceError(text: text, reason: error, suggestion: nil)
    }
  }

  init(component text: String) throws(ImageReferenceError.Reason) {
    let (host, port) = Self.split(text)
    let number = port.flatMap { $0.utf8.allSatisfy(\.isDigit) && $0.utf8.count <= 10 ? Int($0) : nil }
    guard Self.isHost(host) else { throw .registry(text) }
    if let port, number.map({ (1...65_535).contains($0) }) != true { throw .port(String(port)) }
    let lowered = host.lowercased()
    if lowered == Self.dockerHubSite { throw .webSite(lowered) }
    let isHub = number == nil && Self.dockerHubHosts.contains(lowered)
    self.init(host: isHub ? Self.dockerHub.host : lowered, port: number)
  }

  public var isDockerHub: Bool { self == .dockerHub }

  /// Whether the host is an IPv6 address, in its brackets. Older engines have a narrower grammar of names, without these.
  public var isIPv6Address: Bool { host.hasPrefix("[") }

  /// Whether the registry is this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
  public var isLoopback: Bool {
    if host == "localhost" { return true }
    if host.hasPrefix("[") {
      return Self.ipv6Address(host[...])?.bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127"
      && octets.allSatisfy { $0.utf8.allSatisfy(\.isDigit) && UInt8($0) != nil }
  }

  /// The pages of Docker Hub. Many take it for the registry.
  static let dockerHubSite = "hub.docker.com"

  private static let dockerHubHosts: Set<String> = ["docker.io", "index.docker.io", "registry-1.docker.io"]

  /// Divides at the colon before the port; the colons of an IPv6 address are inside its brackets.
  static func split(_ text: String) -> (host: Substring, port: Substring?) {
    let tail = text.lastIndex(of: "]") ?? text.startIndex
    guard let colon = text[tail...].firstIndex(of: ":") else { return (text[...], nil) }
    return (text[..<colon], text[text.index(after: colon)...])
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host.hasPrefix("[") { return ipv6Address(host) != nil }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return first.isLetterOrDigit && last.isLetterOrDigit
        && label.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
    }
  }

  /// An IPv6 address in brackets, in hexadecimal form alone (distribution/reference knows no other); nil for anything else.
  private static func ipv6Address(_ host: Substring) -> IPAddress? {
    guard host.hasPrefix("["), host.hasSuffix("]"), !host.contains(".") else { return nil }
    return IPAddress(parsing: String(host.dropFirst().dropLast()))
  }
}

extension RegistryName: CustomStringConvertible {
  /// `host` or `host:port`.
  public var description: String { port.map { "\(host):\($0)" } ?? host }
}
