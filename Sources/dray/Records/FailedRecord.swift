import DrayMessages
import ImageModel

/// The object of `--json` that tells a failure, as docs/json.md describes it.
struct FailedRecord: Encodable {
  let event = "failed"
  let image: String
  let `class`: String
  let exitCode: Int32
  let message: String
  // Left out where there is nothing to say.
  let hint: String?
  let request: String?
  let status: Int?
  let answer: [String]?
  let requestID: String?

  /// - Parameter subject: what the command line names.
  init(_ subject: String, _ report: FailureReport, _ language: Language) {
    image = subject
    `class` = report.failureClass.name
    exitCode = report.failureClass.exitCode
    message = report.summary.text(language)
    hint = report.hint?.text(language)
    request = report.request?.description
    status = report.answer?.status
    answer = report.answer?.words
    requestID = report.answer?.requestID
  }

  /// A signal ended the command.
  init(_ subject: String, _ signal: TerminationSignal, message: String) {
    image = subject
    `class` = "interrupted"
    exitCode = signal.exitCode
    self.message = message
    (hint, request, status, answer, requestID) = (nil, nil, nil, nil, nil)
  }
}
