import HTTPTypes

/// Why nothing of an archive that came through the page was taken, or not all of it.
struct UploadFailure: Error, Encodable {
  let error: Reason
  private let status: HTTPResponse.Status

  struct Reason: Encodable {
    let code: String
    let message: String
  }

  private enum CodingKeys: String, CodingKey { case error }

  /// - Parameters:
  ///   - code: the page has words for it; else it shows the message.
  ///   - message: for people.
  init(_ code: String, _ status: HTTPResponse.Status, _ message: String) {
    error = Reason(code: code, message: message)
    self.status = status
  }

  var answer: ServerAnswer { .json(self, status) }

  static let isDamaged = UploadFailure("damaged", .unprocessableContent, "the archive is damaged")

  static let notAnArchive = UploadFailure(
    "not-an-archive", .unprocessableContent, "it cannot be read as an archive of images")

  static let diskIsFull = UploadFailure(
    "no-space", .init(code: 507, reasonPhrase: "Insufficient Storage"), "the disk is full")
}
