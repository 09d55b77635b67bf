import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Waiting

/// A server: parts that answer requests, and the connections that these come over.
///
/// It runs on the threads of the task that starts it (``withWorkers(loops:threads:_:)``).
public struct RegistryApplication: Sendable {
  private let settings: ServerSettings
  private let handlers: [any RequestHandler]
  private let finished: @Sendable (AccessRecord) -> Void

  /// - Parameters:
  ///   - handlers: asked in this order; the first one that answers does.
  ///   - finished: told of each request once it is answered. It must not wait.
  public init(
    _ settings: ServerSettings, handlers: [any RequestHandler],
    finished: @escaping @Sendable (AccessRecord) -> Void = { _ in }
  ) {
    (self.settings, self.handlers, self.finished) = (settings, handlers, finished)
  }

  /// Serves until the task is cancelled. Then no connection is accepted, and what is under way has
  /// ``ServerLimits/drainTime`` to end.
  ///
  /// - Parameter started: told once connections are accepted, and where.
  /// - Throws: ``ServerError`` where the address cannot be had.
  public func run(started: @escaping @Sendable (SocketAddress) async -> Void) async throws {
    let logger = Logger(label: "dray") { _ in SwiftLogNoOpLogHandler() }
    let (limits, certificate, finished) = (settings.limits, settings.certificate, finished)
    let clients = ClientTable(limits)
    let status = ServerStatus(clients)
    let guardian = RequestGuard(names: settings.names, login: settings.login, isEncrypted: certificate != nil)
    let dispatcher = RequestDispatcher(handlers: [status] + handlers, guardian: guardian) { record in
      status.note(record)
      finished(record)
    }
    let server = try HTTPServerBuilder {
      ConnectionSetup(responder: $0, limits: limits, clients: clients, certificate: certificate)
    }.buildServer(
      configuration: ServerConfiguration(
        address: .hostname(settings.host, port: settings.port), backlog: 1_024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.acceptedConnections, logger: logger)),
      eventLoopGroup: Workers.current.loops, logger: logger
    ) { request, writer, channel in
      let response = await dispatcher.respond(to: request, client: channel.remoteAddress)
      try await writer.write(response: response.head, body: response.body)
    } onServerRunning: { channel in
      channel.eventLoop.execute { channel.acceptUnpaced() }
      if let address = channel.localAddress { await started(address) }
    }
    var configuration = ServiceGroupConfiguration(services: [server], logger: logger)
    configuration.maximumGracefulShutdownDuration = limits.drainTime
    let group = ServiceGroup(configuration: configuration)
    // A task of its own, for cancellation is to begin the end and not to be it.
    let work = Task { try await group.run() }
    do {
      try await withTaskCancellationHandler {
        try await work.value
      } onCancel: {
        Task { await group.triggerGracefulShutdown() }
      }
    } catch let error as IOError { throw ServerError(error, settings) } catch let error as SocketAddressError {
      throw ServerError(error, settings)
    } catch let error as SocketAddressError.UnknownHost {
      throw ServerError(error, settings)
    } catch is CancellationError {
      // What was under way did not end in time, and was cut.
    }
  }
}
