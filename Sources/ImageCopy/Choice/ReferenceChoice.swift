import BlobTransfer
import ImageArchive
import ImageModel
import ImageStores
import RegistryClient
import Waiting

/// An image of a registry that is copied, and under which name.
struct ReferenceChoice: Sendable {
  let choice: CopyChoice
  let resolver: ImageResolver
  let connections: Int
  /// For what is read ahead of all images.
  let memory: ReadAheadMemory
  let retrier: Retrier

  /// Finds out what the image is by as little as that takes: without a platform its digest alone is asked for.
  ///
  /// - Throws: ``PushError``; `ResolveError`; `RegistryError`; `ImageReferenceError`; `CancellationError`.
  func image(observe: @escaping @Sendable (PullWarning) -> Void) async throws -> ChosenImage {
    let reference = resolver.reference
    let root = try await resolver.root(platform: choice.platform, observe: observe)
    let target = try choice.names.name(of: reference, digest: root, platform: choice.platform)
    if case .one = choice.names, let digest = target.digest, digest != root {
      throw PushError.otherDigest(wanted: digest, found: root)
    }
    return ChosenImage(
      reference: target, former: reference.description, source: source(root, as: target),
      holder: .registries(resolver.sources))
  }

  /// The image as it is read, once its digest is known.
  func source(_ root: Digest, as target: ImageReference) -> CopySource {
    let store = MirroredStore(resolver.sources, connections: connections, memory: memory, retrier: retrier)
    let find: CopySource.FindReferrers? = if choice.bringsReferrers { { try await referrers(of: $0) } } else { nil }
    // Where both are at one registry, it has the blobs.
    let own = resolver.sources.endpoints.last?.repository
    let isSame = resolver.reference.registry == target.registry
    let siblings = [own].compactMap(\.self).filter { isSame && $0 != target.repository }
    return CopySource(
      store, root: root, repository: target.repository, tag: target.pushTag, siblings: siblings,
      document: {
        // Its size is not known: a digest is all that a registry is asked for.
        try await store.document(Descriptor(mediaType: .ociManifest, digest: root, size: 0))
      },
      referrers: find)
  }

  private func referrers(of subjects: [Digest]) async throws -> [CopyPlan.Referrer] {
    let found = try await ReferrerFinder(resolver: resolver).find(subjects)
    return found.referrers.map { referrer in
      var parts: [ImageDocument] = []
      if case .index(let index)? = referrer.document.parsed {
        let digests = Set(index.manifests.map(\.digest))
        parts = found.documents.filter { digests.contains($0.descriptor.digest) }
      }
      return CopyPlan.Referrer(documents: parts + [referrer.document], subject: referrer.subject, tag: referrer.tag)
    }
  }
}
