import BlobTransfer
import ImageArchive
import ImageModel
import ImageStores
import RegistryClient
import Waiting

/// An image of a registry that is copied, and under which name.
struct ReferenceChoice: Sendable {
  let reference: ImageReference
  let request: PushRequest
  let resolver: ImageResolver
  let connections: Int
  /// For what is read ahead of all images.
  let memory: ReadAheadMemory
  let retrier: Retrier

  /// Finds out what the image is by as little as that takes: without a platform its digest alone is asked for.
  ///
  /// - Throws: ``PushError``; `ResolveError`; `RegistryError`; `ImageReferenceError`; `CancellationError`.
  func image(observe: @escaping @Sendable (PullWarning) -> Void) async throws -> ChosenImage {
    let root = try await resolver.root(of: reference, platform: request.platform, observe: observe)
    let target: ImageReference =
      switch request.target {
      case .image(let name): name
      case .below(let registry, let path):
        try request.naming.name(
          of: ImageNaming.Subject(reference, digest: root, platform: request.platform), below: registry, path: path)
      }
    if let digest = target.digest, digest != root, case .image = request.target {
      throw PushError.otherDigest(wanted: digest, found: root)
    }
    return ChosenImage(reference: target, former: reference.description, source: source(root, as: target))
  }

  /// The image as it is read, once its digest is known.
  func source(_ root: Digest, as target: ImageReference) -> CopySource {
    let store = MirroredStore(
      resolver.sources, reference, connections: connections, memory: memory, retrier: retrier)
    let find: CopySource.FindReferrers? = if request.bringsReferrers { { try await referrers(of: $0) } } else { nil }
    // Where both are at one registry, it has the blobs.
    let own = resolver.sources.endpoints.last?.repository
    let siblings = [own].compactMap(\.self).filter { reference.registry == target.registry && $0 != target.repository }
    return CopySource(
      store, root: root, repository: target.repository, tag: target.pushTag, siblings: siblings,
      document: {
        // Its size is not known: a digest is all that a registry is asked for.
        try await store.document(Descriptor(mediaType: .ociManifest, digest: root, size: 0))
      },
      referrers: find)
  }

  private func referrers(of subjects: [Digest]) async throws -> [CopyPlan.Referrer] {
    let found = try await ReferrerFinder(resolver: resolver, reference: reference).find(subjects)
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
