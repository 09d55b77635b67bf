import NIOCore
import Synchronization

/// The clients of each route and host, made when they are needed and kept for the next request.
final class RouteClients: Sendable {
  /// For hosts that are connected to directly.
  let direct: HostClients
  private let setup: ConnectionSetup
  /// For proxies, and for ports that have an address of their own: the library below knows addresses by host only.
  private let ways = Mutex(BoundedTable<Way, LaneClients>(limit: 64))

  /// A route, and the host at its end where the connections cannot be used for another.
  private struct Way: Hashable {
    let route: Route
    let origin: HTTPOrigin?
  }

  init(_ setup: ConnectionSetup) {
    self.setup = setup
    let start = ContinuousClock.now
    direct = HostClients(
      now: { start.duration(to: .now) },
      make: { setup.directClients(to: $0, addressOverrides: $1, opened: $2) })
  }

  var all: [LaneClients] {
    ways.withLock { $0.all(at: .zero).map(\.value) } + direct.everyClient
  }

  /// - Throws: ``TransportError`` where a file that TLS needs cannot be read.
  func of(_ route: Route, to origin: HTTPOrigin) throws -> LaneClients {
    let way = Way(route: route, origin: route.isForward ? nil : origin)
    if let known = ways.withLock({ $0[way, at: .zero] }) { return known }
    let make = try maker(route, to: origin)
    return ways.withLock { clients in
      if let known = clients[way, at: .zero] { return known }
      let made = make()
      clients[way, at: .zero] = made
      return made
    }
  }

  private func maker(_ route: Route, to origin: HTTPOrigin) throws -> () -> LaneClients {
    let setup = setup
    guard let tunnel = try setup.tunnel(of: route, to: origin) else {
      let target = setup.settings.addressOverrides.target(of: origin)
      return { setup.directClients(to: origin, addressOverrides: [origin.host: target.host]) }
    }
    let prepare: ConnectionSetup.Prepare
    if route.isForward {
      prepare = { tunnel.forward($0) }
    } else if origin.scheme == .https {
      let tls = try setup.trust.tls(for: origin)
      prepare = { tunnel.dig($0, makeTLS: tls.makeHandler) }
    } else {
      prepare = { tunnel.dig($0, makeTLS: nil) }
    }
    return { setup.clients(prepare: prepare) }
  }
}
