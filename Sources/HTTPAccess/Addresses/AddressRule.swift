import ImageModel
import Synchronization

/// Which addresses a server connects to for those who ask it: the open internet's, and any address of a host that its operator
/// named. What names a host is configuration, and never an answer: a redirect or a realm names none.
package final class AddressRule: Sendable {
  private let hosts: Mutex<Set<String>>

  /// - Parameter hosts: those that the operator named; an IPv6 address without its brackets.
  package init(naming hosts: Set<String> = []) {
    self.hosts = Mutex(Set(hosts.map(Self.normal)))
  }

  package func name(_ host: String) {
    hosts.withLock { _ = $0.insert(Self.normal(host)) }
  }

  /// Whether the host may be at any address.
  package func isNamed(_ host: String) -> Bool {
    hosts.withLock { $0.contains(Self.normal(host)) }
  }

  package func allows(_ address: IPAddress, of host: String) -> Bool {
    address.scope == .global || isNamed(host)
  }

  private static func normal(_ host: String) -> String {
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host[...]
    return (bare.hasSuffix(".") ? bare.dropLast() : bare).lowercased()
  }
}
