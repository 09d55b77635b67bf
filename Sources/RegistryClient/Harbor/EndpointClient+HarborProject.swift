import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// Makes the project of a repository of a Harbor, as a private one, where there is none of this name (Harbor API 2.0
  /// `POST /projects`). Elsewhere nothing is done.
  ///
  /// - Returns: its name, where it was made.
  /// - Throws: ``RegistryError``: ``UploadFailure/projectNotMade(host:project:)`` where the login may not do that;
  ///   `CancellationError`.
  package func makeHarborProject(of repository: String) async throws -> String? {
    let parts = repository.split(separator: "/")
    guard parts.count > 1, let project = parts.first.map(String.init) else { return nil }
    return try await makeHarborProject(project) ? project : nil
  }

  private func makeHarborProject(_ name: String) async throws -> Bool {
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
      throw made.failure(.upload(.projectNotMade(host: endpoint.origin.description, project: name)))
    }
  }

  /// Takes a tag away at a Harbor, whose `/v2/` does not offer that (Harbor API 2.0
  /// `DELETE /projects/{project}/repositories/{repository}/artifacts/{reference}/tags/{tag}`).
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func deleteHarborTag(_ tag: String, in repository: String) async throws {
    let parts = repository.split(separator: "/").map(String.init)
    guard let project = parts.first, parts.count > 1 else { throw RegistryError(.repositoryNotFound) }
    let path = "projects/\(project)/repositories/\(Self.harborName(parts.dropFirst()))/artifacts/\(tag)/tags/\(tag)"
    var request = TransportRequest(.DELETE, try harborURL(path))
    request.headers.add(name: "x-is-resource-name", value: "true")
    request.mayBeRepeated = true
    let authorization = try await harborAuthorization(.push(repository))
    let answer = try await retrier.run { [request] in try await self.harborAsk(request, authorization) }
    switch answer.response.status {
    case 200...299, 404: return
    case 401, 403:
      throw answer.failure(.upload(.denied(host: endpoint.origin.description, repository: repository)))
    default: throw failure(of: answer, repository, tag: tag)
    }
  }

  /// - Parameter target: below the API's own path.
  func harborURL(_ target: String) throws -> AbsoluteURL {
    guard let url = AbsoluteURL(origin: endpoint.origin, target: "/api/v2.0/\(target)") else {
      throw RegistryError(.network(.unexpectedStatus(status: 0)))
    }
    return url
  }

  /// - Throws: ``RegistryError`` where the answer says no more than that another try may help; `CancellationError`.
  func harborAsk(
    _ request: TransportRequest, _ authorization: Authorization?,
    _ sorter: AnswerSorter = AnswerSorter(
      success: [200, 201], receiver: BodyCollector(limit: 64 << 10, overflow: .truncate))
  ) async throws -> Answer {
    let answer = try await follow(request, authorization: authorization, sorter: sorter)
    switch answer.response.status {
    case 408, 429, 500...599: throw unsuccessful(answer)
    default: return answer
    }
  }
}
