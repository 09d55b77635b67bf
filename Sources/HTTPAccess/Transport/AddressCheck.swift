import ImageModel
import NIOCore
import Synchronization
import Waiting

/// Holds a transport to an ``AddressRule``: before a host is connected to, by what the name system says, and again by the
/// other end of each connection before a byte goes over it. So an answer of the name system that changes between the two
/// leads nowhere.
final class AddressCheck: Sendable {
  /// How long a look-up counts.
  private static let lifetime = Duration.seconds(30)
  private static let limit = 1024

  private let rule: AddressRule
  private let resolver: SystemAddressResolver
  private let overrides: AddressOverrides
  private let passed = Mutex(BoundedTable<String, Bool>(limit: limit, lifetime: lifetime))
  private let time = Stopwatch(ContinuousClock())

  init(_ rule: AddressRule, overrides: AddressOverrides) {
    self.rule = rule
    self.overrides = overrides
    resolver = SystemAddressResolver(overrides: overrides)
  }

  /// - Parameter isProxied: the name is the proxy's to look up: an address can be judged only where it stands for the host.
  /// - Throws: ``TransportError``; `CancellationError`.
  func check(_ origin: HTTPOrigin, isProxied: Bool) async throws {
    let host = origin.host
    if rule.isNamed(host) || overrides.target(of: origin).host != host { return }
    if let literal = IPAddress(parsing: host) {
      guard rule.allows(literal, of: host) else { throw refusal(of: origin) }
      return
    }
    if isProxied { return }
    if let isAllowed = passed.withLock({ $0[host, at: time.elapsed] }) {
      guard isAllowed else { throw refusal(of: origin) }
      return
    }
    let isAllowed = try await resolver.addresses(of: origin).allSatisfy { rule.allows($0, of: host) }
    passed.withLock { $0[host, at: time.elapsed] = isAllowed }
    guard isAllowed else { throw refusal(of: origin) }
  }

  /// - Throws: ``TransportError`` where the other end of a connection is not where the host may be.
  func check(_ channel: any Channel, to origin: HTTPOrigin) throws(TransportError) {
    if rule.isNamed(origin.host) || overrides.target(of: origin).host != origin.host { return }
    guard let address = channel.remoteAddress?.ipAddress.flatMap({ IPAddress(parsing: $0) }),
      rule.allows(address, of: origin.host)
    else { throw refusal(of: origin) }
  }

  private func refusal(of origin: HTTPOrigin) -> TransportError {
    TransportError(.addressRefused(host: origin.host))
  }
}
