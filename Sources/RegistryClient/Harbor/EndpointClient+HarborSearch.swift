import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// Blobs with fewer bytes are sent as fast as somebody finds out where they are.
  private static let searchedSize: Int64 = 1 << 20

  /// A repository of a Harbor that has a blob, as its search says (Harbor API 2.0 `GET /repositories?q=blob_digest=…`): one of
  /// those that whoever pushes may see. A search that fails, or is not for this login, is not tried again.
  ///
  /// - Returns: nil where there is none, and elsewhere than at a Harbor.
  /// - Throws: `CancellationError`.
  func harborHolder(of blob: Descriptor, for repository: String) async throws -> String? {
    guard uploadSlots.isHarbor, blob.size > Self.searchedSize, uploadHabits.maySearch else { return nil }
    do {
      let found = try await searchHarbor(for: blob.digest, asFor: repository)
      return found == repository ? nil : found
    } catch is RegistryError {
      try Task.checkCancellation()
      uploadHabits.refusedSearch()
      return nil
    }
  }

  private func searchHarbor(for blob: Digest, asFor repository: String) async throws -> String? {
    let login = try await RegistryError.ofLogin { try await authenticator.apiLogin(.push(repository)) }
    let authorization: Authorization
    switch login {
    // A push has proven it.
    case .session(let proven), .password(let proven, _): authorization = proven
    case .refused, nil: throw RegistryError(.listNotOffered(host: endpoint.description))
    }
    let body = LastBody(limit: 64 << 10)
    let request = TransportRequest(
      .GET, try harborURL("repositories?q=blob_digest=\(blob)&page_size=1"), headers: ["accept": "application/json"])
    let answer = try await follow(
      request, authorization: authorization, sorter: AnswerSorter(success: [200], receiver: body.next()))
    guard answer.response.status == 200, let found: [HarborRepository] = Self.decoded(body.bytes) else {
      throw RegistryError(.listNotOffered(host: endpoint.description), request: answer.request.summary)
    }
    return found.first.flatMap { entry in
      let name = try? ImageReference(parsing: "harbor.invalid/\(entry.name)")
      return name?.repository == entry.name ? entry.name : nil
    }
  }
}
