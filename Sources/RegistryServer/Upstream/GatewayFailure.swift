import HTTPTypes
import ImageCopy
import ImageModel
import NIOCore
import RegistryClient

/// The words of an error, for people, in the language that a request prefers.
public typealias ErrorWords = @Sendable (_ error: any Error, _ acceptLanguage: String?) -> String

/// An error as the gateway answers it: a status, a code for programs, words for people.
struct GatewayFailure: Sendable {
  let status: HTTPResponse.Status
  let code: String
  var available: [String]?

  init(_ error: any Error) {
    let error = (error as? FailedImage)?.error ?? error
    if case .noSuchPlatform(_, _, let platforms)? = error as? ResolveError {
      (status, code) = (.notFound, "no-such-platform")
      available = platforms.map(\.description)
      return
    }
    if let error = error as? GatewayError {
      (status, code) = Self.answer(error)
      if case .severalMeant(_, let names) = error { available = names }
      return
    }
    (status, code) = Self.answer((error as? any ClassifiedError)?.failureClass ?? .bug)
  }

  private static func answer(_ error: GatewayError) -> (HTTPResponse.Status, String) {
    switch error {
    case .noImage, .parameter, .unknownParameter, .tooManyImages, .range: (.badRequest, "bad-query")
    case .upstreamNotAllowed: (.forbidden, "upstream-not-allowed")
    case .severalMeant: (.notFound, "several-meant")
    case .fileGone: (.serviceUnavailable, "file-gone")
    // Never 416, which curl and wget take for a file that is complete, and never 200 with all of it: they would join both.
    case .tagNotPinned, .tagMoved, .gone: (.preconditionFailed, "gone")
    case .noSuchVolume, .unknownDownload: (.notFound, "not-found")
    case .upstreamSilent: (.gatewayTimeout, "upstream-failed")
    case .wrongBytes: (.badGateway, "upstream-failed")
    case .tooManyDownloads, .tooManyLookups: (.tooManyRequests, "too-many")
    case .methodNotAllowed: (.methodNotAllowed, "bad-query")
    }
  }

  private static func answer(_ failure: FailureClass) -> (HTTPResponse.Status, String) {
    switch failure {
    case .usage: (.badRequest, "bad-name")
    case .authentication: (.forbidden, "login-needed")
    case .notFound: (.notFound, "not-found")
    case .unsupported: (.unprocessableContent, "not-an-image")
    case .rateLimit: (.serviceUnavailable, "upstream-busy")
    case .network, .tls, .proxy, .integrity, .refused: (.badGateway, "upstream-failed")
    case .bug, .findings, .localIO, .busy: (.internalServerError, "internal")
    }
  }

  private struct Body: Encodable {
    struct Failure: Encodable {
      let code: String
      let message: String
      let available: [String]?
    }
    let error: Failure
  }

  /// - Parameters:
  ///   - words: for people.
  ///   - retryAfter: seconds.
  func answer(_ words: String, to request: ServerRequest, retryAfter: Int64?) -> ServerAnswer {
    var fields: HTTPFields = [
      .cacheControl: "no-store", .xContentTypeOptions: "nosniff", .vary: "Accept, Accept-Language",
    ]
    if let retryAfter { fields[.retryAfter] = "\(retryAfter)" }
    if status == .methodNotAllowed { fields[.allow] = "GET, HEAD" }
    let isForPerson = request.fields[.accept]?.contains("text/html") == true
    fields[.contentType] = isForPerson ? "text/plain; charset=utf-8" : "application/json"
    let body =
      isForPerson
      ? ByteBuffer(string: words + "\n")
      : .json(Body(error: .init(code: code, message: words, available: available)))
    return ServerAnswer(status, fields, body: .bytes(body))
  }
}
