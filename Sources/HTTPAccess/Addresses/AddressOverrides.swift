/// Where to connect to instead of where the name system says, as the user gave it: a whole host, or one port of it (the
/// near end of a tunnel). The server is still asked, and its certificate still checked, by the name.
public struct AddressOverrides: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  struct Place: Sendable, Hashable {
    let host: String
    let port: Int
  }

  /// Addresses by host.
  private(set) var hosts: [String: String] = [:]
  /// Near ends of tunnels by their far ends.
  private(set) var tunnels: [Place: Place] = [:]

  public init() {}

  /// Addresses by host.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (host, address) in elements { connect(host, to: address) }
  }

  /// - Parameters:
  ///   - host: in lower case; an IPv6 address without its brackets.
  ///   - address: an IPv4 or IPv6 address, without brackets.
  public mutating func connect(_ host: String, to address: String) {
    hosts[host] = address
  }

  /// Another address, and another port there, for one port of a host.
  public mutating func connect(_ host: String, port: Int, to address: String, port target: Int) {
    tunnels[Place(host: host, port: port)] = Place(host: address, port: target)
  }

  /// What to connect to.
  func target(of origin: HTTPOrigin) -> Place {
    let place = Place(host: origin.host, port: origin.port)
    return tunnels[place] ?? Place(host: hosts[origin.host] ?? origin.host, port: origin.port)
  }
}
