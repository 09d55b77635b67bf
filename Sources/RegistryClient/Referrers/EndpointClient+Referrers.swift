import HTTPAccess
import ImageModel
import NIOHTTP1

extension EndpointClient {
  /// What refers to a manifest: signatures, lists of contents, attestations (distribution-spec "Listing Referrers").
  ///
  /// - Returns: each once, in the registry's order; nil where the registry has no such list.
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func referrers(
    _ repository: String, of subject: Digest, limits: ListLimits = ListLimits()
  ) async throws -> [Descriptor]? {
    var walk = PageWalk(first: try url(repository, "referrers/\(subject)"), limits: limits, asksForCount: false)
    var found: [String: Descriptor] = [:]
    while let url = walk.next {
      let page = try await retrier.run { try await self.referrerPage(at: url, repository, limits: limits) }
      guard let page else { return nil }
      for entry in page.entries where found[entry.digest.description] == nil {
        found[entry.digest.description] = entry
      }
      try walk.take(page.entries.map(\.digest.description), from: url, links: page.links)
    }
    return walk.entries.compactMap { found[$0] }
  }

  private func referrerPage(
    at url: AbsoluteURL, _ repository: String, limits: ListLimits
  ) async throws -> (entries: [Descriptor], links: [String])? {
    let body = LastBody(limit: limits.pageBytes)
    let answer = try await send(
      TransportRequest(.GET, url, headers: ["accept": MediaType.ociIndex.rawValue]), scope: .pull(repository),
      success: [200], receiver: { body.next() })
    switch answer.response.status {
    case 200: break
    // A registry without the list does not know the address.
    case 400, 404, 405, 501: return nil
    default: throw unsuccessful(answer)
    }
    guard let document = try? ManifestDocument(parsing: body.bytes, contentType: .ociIndex),
      case .index(let index) = document
    else {
      // A registry that answers every address with a page of its own.
      if body.bytes.looksLikeHTML { return nil }
      throw answer.notAListError
    }
    return (index.manifests, answer.response.headers["link"])
  }
}
