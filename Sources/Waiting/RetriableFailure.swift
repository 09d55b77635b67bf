/// A request that failed, for whoever decides whether it is sent again.
package protocol RetriableFailure: Error {
  var kind: FailureKind { get }

  /// How many times it was tried.
  var tries: Int { get }

  func after(tries: Int) -> Self

  /// The same failure, once a server that limits the rate has been waited for long enough.
  func outOfPatience(waited: Duration) -> Self
}

/// What a failure says about another try. Times are in seconds since 1970.
package enum FailureKind: Sendable, Hashable {
  /// The same request would fail again.
  case final
  /// The place does not have what was asked for.
  case absent
  /// The server answered a range request with other bytes than those asked for.
  case wrongRange
  /// It may pass.
  case transient
  /// The connection ended before the answer was complete.
  case connectionLost
  /// No byte came for too long.
  case stalled
  /// The server, or this machine, has too much to do; the server may say when to come again.
  case overloaded(until: Int64?)
  /// The server lets nobody ask more often; it may say when to come again.
  case rateLimited(until: Int64?)

  /// Whether the same request may succeed a little later.
  package var isTransient: Bool {
    switch self {
    case .final, .absent, .wrongRange: false
    case .transient, .connectionLost, .stalled, .overloaded, .rateLimited: true
    }
  }

  /// Whether the server, or this machine, is overloaded rather than broken.
  package var asksForPatience: Bool {
    switch self {
    case .overloaded, .rateLimited: true
    default: false
    }
  }
}
