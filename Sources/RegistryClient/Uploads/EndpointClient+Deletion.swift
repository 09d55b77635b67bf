import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// Takes a tag away by its name (distribution-spec "Deleting tags"), or a manifest by its digest, and with it all tags that
  /// stand for it ("Deleting manifests"). What is not there is as good as taken away.
  ///
  /// - Throws: ``RegistryError``: `tagsNotDeleted` where the registry does not offer that; `CancellationError`.
  package func delete(_ reference: ManifestReference, in repository: String) async throws {
    let tag: String? = if case .tag(let tag) = reference { tag } else { nil }
    var request = TransportRequest(.DELETE, try url(repository, "manifests/\(reference.text)"))
    request.mayBeRepeated = true
    try await retrier.run { [request] in
      let answer = try await self.send(request, scope: .delete(repository), success: [200, 202, 204, 404]) {
        BodyCollector(limit: 64 << 10, overflow: .truncate)
      }
      switch answer.response.status {
      case 202, 204, 404: return
      case 200 where !answer.response.isWebPage: return
      case 200:
        throw answer.webPageError
      // distribution before 3.0 and Docker Hub: UNSUPPORTED; others take the tag for a digest that is wrong.
      case 400, 405, 501:
        let error = self.failure(of: answer, repository, tag: tag)
        if case .upload = error.reason { throw error }
        throw error.because(.tagsNotDeleted(host: self.endpoint.origin.description))
      default: throw self.failure(of: answer, repository, tag: tag)
      }
    }
  }
}
