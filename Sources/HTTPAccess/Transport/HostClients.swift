import ImageModel
import NIOCore
import Synchronization

/// The clients for hosts that are connected to directly, and what is remembered of their addresses.
///
/// For every connection the library below looks a host's addresses up and tries them in turn, the next one after a quarter of
/// a second (RFC 8305 §5). Where the first connection took that long, an address may be dead: new connections then go to
/// the one that answered, as long as it does.
final class HostClients: Sendable {
  /// - Parameters:
  ///   - origin: the host.
  ///   - addressOverrides: addresses by host.
  ///   - opened: to be called with each new connection.
  typealias Make =
    @Sendable (
      _ origin: HTTPOrigin, _ addressOverrides: [String: String],
      _ opened: @escaping @Sendable (any Channel) -> Void
    ) -> LaneClients

  private let make: Make
  private let patience: Duration
  private let now: @Sendable () -> Duration
  private let hosts: Mutex<BoundedTable<HTTPOrigin, Host>>

  private struct Host {
    let clients: LaneClients
    /// When its first connection was wanted.
    let began: Duration
    var isJudged = false
    /// The address that answered, as long as it does.
    var settled: IPAddress?
    var settledClients: LaneClients?
  }

  /// - Parameters:
  ///   - limit: how many hosts are remembered. Requests to one that is not any more end in order, and its connections then.
  ///   - patience: a first connection that takes longer may have met a dead address.
  ///   - now: on any clock that never goes back.
  init(
    limit: Int = 64, patience: Duration = .milliseconds(250), now: @escaping @Sendable () -> Duration,
    make: @escaping Make
  ) {
    hosts = Mutex(BoundedTable(limit: limit))
    self.patience = patience
    self.now = now
    self.make = make
  }

  /// The clients that try all addresses of a host.
  func all(of origin: HTTPOrigin) -> LaneClients {
    hosts.withLock { hosts in
      if let known = hosts[origin, at: .zero] { return known.clients }
      let clients = make(origin, [:]) { [weak self] channel in self?.opened(channel, to: origin) }
      hosts[origin, at: .zero] = Host(clients: clients, began: now())
      return clients
    }
  }

  /// The clients that go to the address that answered; nil where none is remembered.
  func settled(of origin: HTTPOrigin) -> LaneClients? {
    hosts.withLock { hosts in
      guard var host = hosts[origin, at: .zero], let address = host.settled else { return nil }
      if let known = host.settledClients { return known }
      let clients = make(origin, [origin.host: address.description]) { _ in }
      host.settledClients = clients
      hosts[origin, at: .zero] = host
      return clients
    }
  }

  /// The remembered address does not answer any more.
  func forget(_ origin: HTTPOrigin) {
    hosts.withLock { $0[origin, at: .zero]?.settled = nil }
  }

  /// The clients of all hosts that are remembered.
  var everyClient: [LaneClients] {
    hosts.withLock { hosts in hosts.all(at: .zero).flatMap { [$0.value.settledClients, $0.value.clients] } }
      .compactMap(\.self)
  }

  private func opened(_ channel: any Channel, to origin: HTTPOrigin) {
    let address = channel.remoteAddress?.ipAddress.flatMap { IPAddress(parsing: $0) }
    hosts.withLock { hosts in
      guard var host = hosts[origin, at: .zero], !host.isJudged else { return }
      host.isJudged = true
      if now() - host.began >= patience { host.settled = address }
      hosts[origin, at: .zero] = host
    }
  }
}
