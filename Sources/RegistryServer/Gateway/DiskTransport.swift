import HTTPAccess
import HTTPTypes
import ImageModel
import NIOCore
import NIOHTTP1

/// Answers what a registry is asked from the disk that is served, without a socket: so an archive is planned of what is there
/// as it is of what registries have.
struct DiskTransport: HTTPTransport {
  let registry: RegistryName
  /// In the order in which they are asked.
  let handlers: [any RequestHandler]

  func isProxied(_ origin: HTTPOrigin) -> Bool { false }

  func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    let answer = try await answer(to: request)
    var headers = HTTPHeaders()
    for field in answer.fields { headers.add(name: field.name.rawName, value: field.value) }
    headers.replaceOrAdd(name: "content-length", value: "\(answer.body.length)")
    let response = TransportResponse(status: answer.status.code, headers: headers)
    try receiver.receive(head: response)
    guard request.method != .HEAD else { return response }
    let writer = ReceiverWriter(receiver: receiver)
    switch answer.body {
    case .bytes(let bytes): try await writer.write(bytes)
    case .head: break
    case .stream(_, let send): try await send(writer)
    }
    return response
  }

  private func answer(to request: TransportRequest) async throws -> ServerAnswer {
    guard let target = RequestTarget(request.url.target) else { return ServerAnswer(.badRequest) }
    var fields = HTTPFields()
    for (name, value) in request.headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    let asked = ServerRequest(
      method: request.method == .HEAD ? .head : .get, path: target.path, query: [("ns", "\(registry)")], fields: fields)
    do {
      for handler in handlers {
        guard let answer = try await handler.answer(asked) else { continue }
        if answer.status.kind == .serverError { throw GatewayError.fileGone }
        return answer
      }
      return ServerAnswer(.notFound)
    } catch let refusal as DistributionRefusal {
      // Nobody is to ask again and again, as a registry would be that is overloaded.
      if refusal.status.kind == .serverError { throw GatewayError.fileGone }
      return refusal.answer
    }
  }
}

/// Hands what is written to the receiver of a response.
private struct ReceiverWriter: AnswerWriter {
  let receiver: any ResponseReceiver

  func write(_ bytes: ByteBuffer) async throws {
    try bytes.withUnsafeReadableBytes { try receiver.receive(bytes: $0) }
    await receiver.pause?()
  }
}

extension ServerAnswer.Body {
  fileprivate var length: Int64 {
    switch self {
    case .bytes(let bytes): Int64(bytes.readableBytes)
    case .head(let length), .stream(let length, _): length
    }
  }
}
