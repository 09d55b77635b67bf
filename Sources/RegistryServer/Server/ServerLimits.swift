/// What one client, and all together, may take of a server.
public struct ServerLimits: Sendable, Hashable {
  /// Connections at the same time. Some further ones are answered with 503; those beyond wait to be accepted.
  public var connections = 1_024
  /// Of these, how many from one address. Further ones are answered with 429. Programs of this machine are not counted: a
  /// tunnel or a proxy stands for many.
  public var connectionsPerClient = 256
  /// For the head of the first request, from the connection on.
  public var headTime: Duration = .seconds(10)
  /// Between requests of a connection, and between the bytes of a body that a client sends.
  public var idleTime: Duration = .seconds(60)
  /// How long a client may take no byte of an answer.
  public var stalledTime: Duration = .seconds(60)
  /// For what is under way when the server is told to stop; then it is cut.
  public var drainTime: Duration = .seconds(30)

  public init() {}

  /// With those that are only told to come later.
  var acceptedConnections: Int { connections + min(32, max(1, connections / 8)) }
}
