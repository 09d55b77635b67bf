/// What one client, and all together, may take of a server.
public struct ServerLimits: Sendable, Hashable {
  /// Connections at the same time. For a further one the one closes that has waited longest for a request; where a request is
  /// under way on each, some further ones are answered with 503, and those beyond wait to be accepted.
  public var connections = 1_024
  /// Of these, how many from one address. Further ones are answered with 429. Programs of this machine are not counted: a
  /// tunnel or a proxy stands for many.
  public var connectionsPerClient = 256
  /// For the head of the first request, from the connection on.
  public var headTime: Duration = .seconds(10)
  /// A connection that has waited no longer for a request makes no room for another: the request may be on its way.
  public var leastIdleTime: Duration = .milliseconds(500)
  /// Between requests of a connection, and between the bytes of a body that a client sends.
  public var idleTime: Duration = .seconds(60)
  /// How long a client may take no byte of an answer.
  public var stalledTime: Duration = .seconds(60)
  /// For what is under way when the server is told to stop; then it is cut.
  public var drainTime: Duration = .seconds(30)

  public init() {}

  /// With those that are only told to come later.
  var acceptedConnections: Int { connections + furtherConnections }
  var furtherConnections: Int { min(32, max(2, connections / 8)) }
}
