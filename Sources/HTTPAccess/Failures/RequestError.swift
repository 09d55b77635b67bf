import ImageModel
import Waiting

/// Why a request failed, about which request, and in which words the server put it. Each module that sends requests has
/// reasons of its own: ``TransportError`` those of the network.
///
/// It never holds a secret: addresses are kept without their query and user information.
public struct RequestError<Reason: FailureReason>: FailedRequest {
  public let reason: Reason
  /// The request that failed; nil where none was sent.
  public let request: RequestSummary?
  /// What the server answered, if it did.
  public let answer: ServerAnswer?
  /// How many times it was tried.
  public let tries: Int

  package init(_ reason: Reason, request: RequestSummary? = nil, answer: ServerAnswer? = nil, tries: Int = 1) {
    self.reason = reason
    self.request = request
    self.answer = answer
    self.tries = tries
  }

  public var failureClass: FailureClass { reason.failureClass }

  /// Whether the same request may succeed a little later.
  package var isTransient: Bool { reason.isTransient }

  public func after(tries: Int) -> Self { Self(reason, request: request, answer: answer, tries: tries) }

  public func about(_ request: RequestSummary) -> Self {
    Self(reason, request: self.request ?? request, answer: answer, tries: tries)
  }

  /// The same failure of the same request, for another reason, which may be one of another module.
  package func with<Other: FailureReason>(_ reason: Other) -> RequestError<Other> {
    RequestError<Other>(reason, request: request, answer: answer, tries: tries)
  }

  /// The same failure, once a server that limits the rate has been waited for long enough.
  public func outOfPatience(waited: Duration) -> Self {
    guard case .rateLimited(let host, _)? = reason.network else { return self }
    return with(Reason.network(.outOfPatience(host: host, seconds: waited.components.seconds)))
  }

  /// Runs what sends requests, and lets failures of the network be those of this module.
  ///
  /// - Throws: what `body` throws.
  package static func wrapping<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as TransportError {
      throw error.with(Reason.network(error.reason))
    }
  }
}

/// A ``RequestError``, whatever its reasons.
public protocol FailedRequest: ClassifiedError, Sendable {
  associatedtype Reason: FailureReason
  var reason: Reason { get }
  /// The same failure, with the request where it has none yet.
  func about(_ request: RequestSummary) -> Self
  /// The same failure, after so many tries.
  func after(tries: Int) -> Self
  /// The same failure, once a server that limits the rate has been waited for long enough.
  func outOfPatience(waited: Duration) -> Self
}

/// Why a request failed. Those of the network are reasons in every module.
public protocol FailureReason: Sendable, Hashable {
  var failureClass: FailureClass { get }
  /// Whether the same request may succeed a little later.
  var isTransient: Bool { get }
  /// Whether the server does not have what was asked for.
  var isAbsence: Bool { get }
  static func network(_ failure: TransportFailure) -> Self
  /// The failure of the network that it is; nil where it is none.
  var network: TransportFailure? { get }
}

extension FailureReason {
  public var isAbsence: Bool { false }
}

extension RequestError: RetriableFailure {
  package var kind: FailureKind {
    switch reason.network {
    case .connectionLost?: .connectionLost
    case .stalled?: .stalled
    case .rateLimited(_, let until)?: .rateLimited(until: until)
    case .tooManyOpenFiles?: .overloaded(until: nil)
    case .serverFailure(503, let until)?: .overloaded(until: until)
    case .serverFailure(_, let until?)? where isTransient: .overloaded(until: until)
    case .wrongRange?: .wrongRange
    default: isTransient ? .transient : reason.isAbsence ? .absent : .final
    }
  }
}

/// Why no answer of use came.
public typealias TransportError = RequestError<TransportFailure>
