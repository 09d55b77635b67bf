import HTTPAccess
import ImageModel

extension RequestError: Phrased where Reason: HintedReason {
  package var phrase: Phrase {
    let phrase = reason.phrase
    guard tries > 1 else { return phrase }
    return Phrase(
      "\(phrase.english) (tried \(tries) times)", chinese: "\(phrase.chinese)（已尝试 \(tries) 次）")
  }
}

extension RequestError: ExplainedError where Reason: HintedReason {
  /// A request fails for the same reasons whatever it is about.
  package var namesImage: Bool { false }

  package var hint: Phrase? { reason.hint(answer) }

  package var failedRequest: RequestSummary? { request }

  package var serverAnswer: ServerAnswer? { answer }
}

/// A reason that says what to do about it.
package protocol HintedReason: FailureReason, Phrased {
  /// - Parameter answer: what the server answered, if it did.
  func hint(_ answer: ServerAnswer?) -> Phrase?
}
