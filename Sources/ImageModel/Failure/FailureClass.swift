/// The class of a failure: what kind of thing went wrong, and so the exit code that a command ends with.
///
/// The names and the numbers are a contract with scripts and do not change.
public enum FailureClass: Int32, Sendable, Hashable, CaseIterable {
  /// Something that dray did not foresee.
  case bug = 1
  /// The request itself cannot be understood: a malformed reference, an unknown option.
  case usage = 2
  /// What was to be verified has faults; each of them is told.
  case findings = 6
  /// The line or the server failed, and the tries are used up.
  case network = 10
  /// The registry asks for a longer pause than dray waits by itself.
  case rateLimit = 11
  /// The registry wants other credentials.
  case authentication = 12
  /// The registry has no such repository, tag or blob.
  case notFound = 13
  /// No trustworthy TLS connection.
  case tls = 14
  /// The proxy failed or refused.
  case proxy = 15
  /// The bytes are not the bytes that their digest or size promises.
  case integrity = 20
  /// Unsafe content, or content over a limit.
  case refused = 21
  /// Something well-formed that dray does not handle.
  case unsupported = 22
  /// The local file system or another local resource failed.
  case localIO = 30
  /// Another process works on the same output.
  case busy = 31

  /// The name as it stands in `--json` and on standard error.
  public var name: String {
    switch self {
    case .bug: "bug"
    case .usage: "usage"
    case .findings: "findings"
    case .network: "network"
    case .rateLimit: "rate-limit"
    case .authentication: "auth"
    case .notFound: "not-found"
    case .tls: "tls"
    case .proxy: "proxy"
    case .integrity: "integrity"
    case .refused: "refused"
    case .unsupported: "unsupported"
    case .localIO: "local-io"
    case .busy: "busy"
    }
  }
}

/// An error that knows its failure class. Every error that leaves a public function of this package is one.
public protocol ClassifiedError: Error {
  var failureClass: FailureClass { get }
}
