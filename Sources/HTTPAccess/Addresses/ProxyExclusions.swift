import ImageModel

/// `NO_PROXY`: which hosts are reached without a proxy.
///
/// Entries are divided by commas or blanks: `*`; `example.com` for it and all below it; `.example.com` and
/// `*.example.com` for all below it; an address; a network such as `10.0.0.0/8`, which is about hosts given as
/// addresses. Names are not looked up for it. An entry with a port is about that port alone.
struct ProxyExclusions: Sendable, Hashable {
  private var all = false
  private var rules: [Rule] = []

  private enum Rule: Sendable, Hashable {
    case name(String, port: Int?)
    /// Everything below, with its leading dot.
    case suffix(String, port: Int?)
    case address(IPAddress, port: Int?)
    case network(AddressBlock)
  }

  /// What cannot be read as an entry stands for no host.
  init(parsing text: String) {
    for entry in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      if entry == "*" { all = true } else if let rule = Self.rule(entry.lowercased()) { rules.append(rule) }
    }
  }

  private static func rule(_ entry: String) -> Rule? {
    if let block = AddressBlock(parsing: entry) { return .network(block) }
    if let address = IPAddress(parsing: entry) { return .address(address, port: nil) }
    let bare = entry.hasPrefix("*.") ? entry.dropFirst() : entry[...]
    let isSuffix = bare.hasPrefix(".")
    guard let place = HostAndPort(parsing: isSuffix ? bare.dropFirst() : bare) else { return nil }
    if isSuffix { return .suffix("." + place.host, port: place.port) }
    if let address = IPAddress(parsing: place.host) { return .address(address, port: place.port) }
    return .name(place.host, port: place.port)
  }

  func contain(host: String, port: Int) -> Bool {
    guard !all else { return true }
    let address = IPAddress(parsing: host)
    let host = host.hasSuffix(".") ? String(host.dropLast()) : host
    return rules.contains { rule in
      switch rule {
      case .name(let name, let only): (host == name || host.hasSuffix("." + name)) && Self.agrees(only, port)
      case .suffix(let suffix, let only): host.hasSuffix(suffix) && Self.agrees(only, port)
      case .address(let one, let only): one == address && Self.agrees(only, port)
      case .network(let block): address.map(block.contains) ?? false
      }
    }
  }

  private static func agrees(_ only: Int?, _ port: Int) -> Bool { only == nil || only == port }
}
