import ImageModel
import RegistryClient

extension ImageResolver {
  /// What is copied of a reference: the digest of what it stands for, or of its manifest for a platform. The first is asked for
  /// without the content.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func root(
    platform: Platform?, observe: @Sendable (PullWarning) -> Void
  ) async throws -> Digest {
    if let platform { return try await resolve(platform: platform, observe: observe).manifestDigest }
    if let digest = reference.digest {
      if reference.tag != nil { observe(.digestWins(reference)) }
      return digest
    }
    let digest = try await sources.first(forTag: true) { client, endpoint in
      try await client.manifestDigest(endpoint.repository, .init(reference))
    }
    await reportRefusedLogins(observe)
    return digest
  }
}
