import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// Makes a private project of a Harbor, where there is none of this name (Harbor API 2.0 `POST /projects`). Elsewhere nothing
  /// is done.
  ///
  /// - Returns: whether it was made.
  /// - Throws: ``RegistryError``: ``UploadFailure/projectNotMade(host:project:)`` where the login may not do that;
  ///   `CancellationError`.
  package func makeHarborProject(_ name: String) async throws -> Bool {
    guard try await isHarbor() else { return false }
    let authorization = try await harborAuthorization(.push(name))
    // A repository's path has nothing that would have to be escaped.
    let query = "projects?project_name=\(name)"
    let known = try await retrier.run {
      try await self.harborAsk(TransportRequest(.HEAD, try self.harborURL(query)), authorization)
    }
    guard known.response.status == 404 else { return false }
    var request = TransportRequest(
      .POST, try harborURL("projects"), headers: ["content-type": "application/json"],
      body: .bytes(Array(#"{"project_name":"\#(name)","metadata":{"public":"false"}}"#.utf8)))
    request.mayBeRepeated = true
    let made = try await retrier.run { [request] in try await self.harborAsk(request, authorization) }
    switch made.response.status {
    case 200...299: return true
    // Somebody else made it meanwhile.
    case 409: return false
    default:
      throw made.sorter.failure(
        .upload(.projectNotMade(host: endpoint.origin.description, project: name)), made.request)
    }
  }

  private func harborURL(_ target: String) throws -> AbsoluteURL {
    guard let url = AbsoluteURL(origin: endpoint.origin, target: "/api/v2.0/\(target)") else {
      throw RegistryError(.network(.unexpectedStatus(status: 0)))
    }
    return url
  }

  private func harborAsk(_ request: TransportRequest, _ authorization: Authorization?) async throws -> Answer {
    let answer = try await follow(
      request, authorization: authorization,
      sorter: AnswerSorter(success: [200, 201], receiver: BodyCollector(limit: 64 << 10, overflow: .truncate)))
    switch answer.response.status {
    case 408, 429, 500...599:
      throw answer.sorter.failure(
        .unsuccessful(answer.response, host: answer.url.origin, now: retrier.now()), answer.request)
    default: return answer
    }
  }
}
