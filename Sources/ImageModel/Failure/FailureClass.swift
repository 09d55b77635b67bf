/// The class of a failure: what kind of thing went wrong.
public enum FailureClass: Sendable, Hashable, CaseIterable {
  /// Something that was not foreseen: a bug.
  case bug
  /// The request itself cannot be understood: a malformed reference, an unknown option.
  case usage
  /// A verification found faults.
  case findings
  /// The connection or the server failed, and so did the retries.
  case network
  /// The registry asks for a longer pause than the client waits.
  case rateLimit
  /// The registry requires other credentials.
  case authentication
  /// The registry has no such repository, tag or blob.
  case notFound
  /// No trustworthy TLS connection.
  case tls
  /// The proxy failed or refused.
  case proxy
  /// The bytes are not the bytes that their digest or size promises.
  case integrity
  /// Unsafe content, or content over a limit.
  case refused
  /// Well-formed content of a kind that is not supported.
  case unsupported
  /// The local file system or another local resource failed.
  case localIO
  /// Another process works on the same output.
  case busy
}

/// An error that knows its failure class. Every error that leaves a public function of this package is one.
public protocol ClassifiedError: Error {
  var failureClass: FailureClass { get }
}
