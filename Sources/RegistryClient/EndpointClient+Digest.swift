import HTTPAccess
import ImageModel
import NIOHTTP1

extension EndpointClient {
  /// The digest of what a reference points to (distribution-spec "Checking if content exists"): asked for without the
  /// content, and with it where the registry does not tell. Docker Hub does not count the first.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  public func manifestDigest(_ repository: String, _ reference: ManifestReference) async throws -> Digest {
    try await retrier.run {
      if let digest = try await self.announcedDigest(repository, reference) { return digest }
      // Its answer is the one that counts: a HEAD that fails has no words, and some mirrors know no HEAD.
      return try await self.manifestOnce(repository, reference).digest
    }
  }

  /// What a HEAD says; nil where it says nothing that is of use.
  private func announcedDigest(_ repository: String, _ reference: ManifestReference) async throws -> Digest? {
    let request = TransportRequest(
      .HEAD, try url(repository, "manifests/\(reference.text)"),
      headers: ["accept": MediaType.list(MediaType.acceptedManifests)])
    let answer: Answer
    do {
      answer = try await send(request, scope: .pull(repository), success: [200]) {
        BodyCollector(limit: Self.manifestLimit)
      }
    } catch let error as RegistryError {
      switch error.reason {
      case .network(.connectionLost), .network(.malformedResponse), .network(.stalled), .network(.redirectRefused):
        return nil
      default: throw error
      }
    }
    if answer.response.status == 429 { throw unsuccessful(answer) }
    guard answer.response.status == 200, answer.contentType?.isSchema1 != true, let digest = answer.headerDigest else {
      return nil
    }
    if case .digest(let expected) = reference, digest != expected { return nil }
    return digest
  }
}
