import HTTPAccess
import ImageCopy
import ImageModel
import RegistryClient

/// All that is told about a failure, to a person or to a program.
package struct FailureReport: Sendable {
  package let failureClass: FailureClass
  package let summary: Phrase
  package let request: RequestSummary?
  package let answer: ServerAnswer?
  package let hint: Phrase?

  /// - Parameter image: the image that it happened to, where it happened to one.
  package init(_ error: any Error, of image: ImageReference? = nil) {
    let failed = error as? FailedImage
    let (error, image): (any Error, ImageReference?) = failed.map { ($0.error, $0.reference) } ?? (error, image)
    if let error = error as? any ExplainedError {
      failureClass = error.failureClass
      hint = error.hint
      summary =
        if let image, !error.namesImage { FailurePhrase.about(image, error.phrase).phrase } else { error.phrase }
      (request, answer) = (error.failedRequest, error.serverAnswer)
    } else {
      failureClass = (error as? any ClassifiedError)?.failureClass ?? .bug
      summary = FailurePhrase.unforeseen("\(error)").phrase
      (request, answer, hint) = (nil, nil, nil)
    }
  }

  /// The failure as it stands on standard error: what happened, and then what helps to understand and to mend it.
  package func lines(_ language: Language) -> [String] {
    var lines = [FailurePhrase.error(failureClass, summary)]
    if let request { lines.append(.request(request.description)) }
    if let answer {
      lines.append(.status(answer.status))
      lines += answer.words.map { .answer($0) }
      if let limit = answer.rateLimit.flatMap(RateLimitPhrase.init) { lines.append(.rateLimit(limit)) }
      if let id = answer.requestID { lines.append(.requestID(id)) }
    }
    if let hint { lines.append(.hint(hint)) }
    return lines.map { $0.text(language) }
  }
}

/// The parts of a failure report.
package enum FailurePhrase: Phrased {
  case error(FailureClass, Phrase)
  case request(String)
  case status(Int)
  case answer(String)
  case requestID(String)
  case rateLimit(RateLimitPhrase)
  case hint(Phrase)
  /// What happened to an image.
  case about(ImageReference, Phrase)
  /// An error that nobody gave words to.
  case unforeseen(String)

  package var phrase: Phrase {
    switch self {
    case .error(let failureClass, let words):
      Phrase(
        "error[\(failureClass.name)]: \(words.english)", chinese: "错误[\(failureClass.name)]：\(words.chinese)")
    case .request(let request): Phrase("  request: \(request)", chinese: "  请求：\(request)")
    case .status(let status): Phrase("  answer: HTTP \(status)", chinese: "  应答：HTTP \(status)")
    case .answer(let words): Phrase("  the server says: \(words)", chinese: "  服务器说明：\(words)")
    case .requestID(let id): Phrase("  the server's request id: \(id)", chinese: "  服务器请求编号：\(id)")
    case .rateLimit(let limit):
      Phrase("  its limit: \(limit.phrase.english)", chinese: "  其限额：\(limit.phrase.chinese)")
    case .hint(let words): Phrase("  hint: \(words.english)", chinese: "  提示：\(words.chinese)")
    case .about(let image, let words):
      Phrase("\(image): \(words.english)", chinese: "\(image)：\(words.chinese)")
    case .unforeseen(let words): Phrase("unexpected error: \(words)", chinese: "意外错误：\(words)")
    }
  }
}
