import HTTPAccess
import HTTPTypes
import HummingbirdCore
import ImageCopy
import ImageModel
import NIOCore

/// Asks the parts of the server in their order, and makes a response of what the first one answers.
struct RequestDispatcher: Sendable {
  let handlers: [any RequestHandler]
  let guardian: RequestGuard
  let finished: @Sendable (AccessRecord) -> Void

  /// - Parameter client: the other end of the connection.
  func respond(to request: Request, client: SocketAddress?) async -> Response {
    var record = AccessRecord(request.head, client: client)
    guard let target = RequestTarget(request.head.path ?? "") else {
      return response(to: request, .undecodable(record.path), record)
    }
    record.path = target.path
    let read = ServerRequest(
      method: request.method, path: target.path, query: target.query, fields: request.headers, body: request.body,
      client: client, isEncrypted: guardian.isEncrypted)
    if let refusal = guardian.refusal(of: read, authority: request.head.authority) {
      return response(to: request, refusal, record)
    }
    var answer = await answer(read)
    // Whoever left while it was being made reads no answer, and that it came to none is no fault of the server's.
    if Task.isCancelled, answer.status.kind == .serverError { answer = ServerAnswer(.clientClosedRequest) }
    return response(to: request, answer, record)
  }

  private func answer(_ request: ServerRequest) async -> ServerAnswer {
    do {
      for handler in handlers {
        if let answer = try await handler.answer(request) { return answer }
      }
      return ServerAnswer.missing(request)
    } catch let refusal as DistributionRefusal {
      return refusal.answer
    } catch {
      if let refusal = DistributionRefusal(shortage: error) { return refusal.answer }
      // What went wrong is for whoever runs the server; a client could learn paths from it.
      return DistributionRefusal(.unknown, .internalServerError, "the server failed").answer
    }
  }

  private func response(to request: Request, _ answer: ServerAnswer, _ record: AccessRecord) -> Response {
    var fields = answer.fields
    if fields[.xContentTypeOptions] == nil { fields[.xContentTypeOptions] = "nosniff" }
    if fields[.contentSecurityPolicy] == nil {
      fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    }
    fields[.referrerPolicy] = "no-referrer"
    if DistributionPath.isBelowRoot(record.path) { fields[.dockerDistributionAPIVersion] = "registry/2.0" }
    fields[.date] = HTTPDate(seconds: WallClock.seconds()).text
    var record = record
    record.status = answer.status.code
    let isHead = request.method == .head
    switch answer.body {
    case .bytes(let bytes) where !isHead:
      record.bytes = Int64(bytes.readableBytes)
      finished(record.now)
      return Response(status: answer.status, headers: fields, body: ResponseBody(byteBuffer: bytes))
    case .bytes(let bytes):
      finished(record.now)
      return .ofHead(answer.status, fields, length: Int64(bytes.readableBytes))
    case .head(let length):
      finished(record.now)
      return .ofHead(answer.status, fields, length: length)
    case .stream(let length, _) where isHead:
      finished(record.now)
      return .ofHead(answer.status, fields, length: length)
    case .stream(let length, let send):
      let body = ResponseBody(contentLength: Int(length)) { [record] writer in
        let body = AnswerBody(writer, length: length)
        var record = record
        do {
          try await send(body)
          try await body.finish()
        } catch {
          record.bytes = body.written
          // Who has all of it may leave before the server is done.
          record.isCut = !body.isSent
          finished(record.now)
          throw error
        }
        record.bytes = body.written
        finished(record.now)
      }
      return Response(status: answer.status, headers: fields, body: body)
    }
  }
}

extension HTTPResponse.Status {
  /// Only for the log: the client left before there was an answer. Other servers write the same.
  fileprivate static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}

extension Response {
  fileprivate static func ofHead(_ status: HTTPResponse.Status, _ fields: HTTPFields, length: Int64) -> Response {
    var fields = fields
    fields[.contentLength] = "\(length)"
    return Response(status: status, headers: fields)
  }
}

extension ServerAnswer {
  /// The target cannot be decoded, or is none: what came was no HTTP.
  fileprivate static func undecodable(_ path: String) -> ServerAnswer {
    guard !path.isEmpty else {
      return DistributionRefusal(
        .unsupported, .badRequest,
        "this is no request of HTTP: in an address, other characters than those of ASCII are percent-encoded",
        fields: [.connection: "close"]
      ).answer
    }
    let message = "the address of the request cannot be decoded"
    guard DistributionPath.isBelowRoot(path) else { return .plain(message, .badRequest) }
    return DistributionRefusal(.unsupported, .badRequest, message).answer
  }

  /// Nobody knows what is asked for.
  fileprivate static func missing(_ request: ServerRequest) -> ServerAnswer {
    guard DistributionPath.isBelowRoot(request.path) else {
      return .plain("not found", .notFound)
    }
    let isRead = request.method == .get || request.method == .head
    guard isRead else {
      return DistributionRefusal(.unsupported, .methodNotAllowed, "this registry is read-only").answer
    }
    switch DistributionPath(request.path) {
    case .manifest: return DistributionRefusal(.manifestUnknown, .notFound, "manifest unknown").answer
    case .blob: return DistributionRefusal(.blobUnknown, .notFound, "blob unknown to registry").answer
    case .upload: return DistributionRefusal(.blobUploadUnknown, .notFound, "upload unknown to registry").answer
    case .referrers(_, let digest):
      guard (try? Digest(parsing: digest)) != nil else {
        return DistributionRefusal(.digestInvalid, .badRequest, "invalid digest").answer
      }
      return .referrers([], filter: request.value(of: "artifactType"))
    case nil: return DistributionRefusal(.unsupported, .notFound, "no such endpoint").answer
    default:
      return DistributionRefusal(.nameUnknown, .notFound, "repository name not known to registry").answer
    }
  }
}
