import HTTPAccess
import ImageModel
import RegistryClient

/// An error that can be explained to a person: what happened, and what can be done about it.
package protocol ExplainedError: ClassifiedError, Phrased {
  /// Whether the words name the image already.
  var namesImage: Bool { get }
  /// What mends it; nil where there is nothing to say.
  var hint: Phrase? { get }
  /// The request that failed.
  var failedRequest: RequestSummary? { get }
  /// What the server said about it.
  var serverAnswer: ServerAnswer? { get }
}

extension ExplainedError {
  package var namesImage: Bool { true }
  package var hint: Phrase? { nil }
  package var failedRequest: RequestSummary? { nil }
  package var serverAnswer: ServerAnswer? { nil }
}
