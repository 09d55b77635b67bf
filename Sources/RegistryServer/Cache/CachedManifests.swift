import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Manifests and indexes of registries, kept by digest, and what tags stood for when they were looked up last.
///
/// A tag is looked up again after a minute. Where the registry fails, asks for patience or is slow to answer, what the tag stood
/// for is given, and that is said.
final class CachedManifests: Sendable {
  /// How long a tag is not looked up again, in seconds.
  static let tagLifetime: Int64 = 60
  private static let sizeLimit = 4 << 20
  private static let blobLimit = 65_536

  struct Found: Sendable {
    let document: ImageDocument
    var isStale = false
  }

  private let folder: CacheFolder
  private let tags: TagPins
  private let pull: ImagePull
  private let patience: UpstreamPatience
  private let observe: @Sendable (any Error) -> Void
  private let work = SharedWork<ImageReference, ImageDocument>()
  private let sizes = Mutex(BoundedTable<Digest, Int64>(limit: blobLimit))

  init(
    _ folder: CacheFolder, tags: TagPins, _ pull: ImagePull, clock: any Clock<Duration>,
    observe: @escaping @Sendable (any Error) -> Void
  ) {
    self.folder = folder
    self.tags = tags
    self.pull = pull
    patience = .withFormer(clock)
    self.observe = observe
  }

  /// How large a blob is that a manifest named which passed by.
  func size(of blob: Digest) -> Int64? { sizes.withLock { $0[blob, at: .zero] } }

  /// What a reference stood for when it was looked up last; nil where its manifest is not here.
  func lastDigest(of reference: ImageReference) -> Digest? {
    guard let digest = reference.digest ?? tags.lastDigest(of: reference.qualifiedName) else { return nil }
    return folder.size(of: digest) == nil ? nil : digest
  }

  /// The tags of a repository that were looked up, and whose manifests are here.
  func lastTags(of repository: ImageReference) -> [String] {
    tags.lastTags(of: repository.qualifiedRepository).filter { folder.size(of: $0.value) != nil }.map(\.key)
  }

  /// - Throws: `RegistryError`; `ResolveError`; `CancellationError`.
  func manifest(_ reference: ImageReference) async throws -> Found {
    if let digest = reference.digest { return Found(document: try await document(reference, digest)) }
    let name = reference.qualifiedName
    if let known = try await kept(name) { return Found(document: known) }
    guard let former = tags.lastDigest(of: name), let known = try await stored(former) else {
      return Found(document: try await lookUp(reference))
    }
    do { return Found(document: try await patience.soon { try await self.lookUp(reference) }) } catch {
      try UpstreamPatience.checkForgiven(error)
      observe(error)
      // Not everyone who asks has to wait.
      _ = try? await tags.keep(former, for: name)
      return Found(document: known, isStale: true)
    }
  }

  /// What a tag stands for now. The same as before costs no GET.
  private func lookUp(_ reference: ImageReference) async throws -> ImageDocument {
    try await work.value(for: reference) { [self] in
      // Whoever found nothing a moment ago may begin this when another look-up has ended.
      if let known = try await kept(reference.qualifiedName) { return known }
      let digest = try await pull.digest(of: reference) { _ in }
      let document = try await document(reference, digest)
      do { _ = try await tags.keep(digest, for: reference.qualifiedName) } catch { observe(error) }
      return document
    }
  }

  /// What a tag stands for, where that was looked up of late.
  private func kept(_ name: String) async throws -> ImageDocument? {
    guard let digest = tags.digest(of: name) else { return nil }
    return try await stored(digest)
  }

  private func document(_ reference: ImageReference, _ digest: Digest) async throws -> ImageDocument {
    if let known = try await stored(digest) { return known }
    let wanted = reference.with(digest: digest)
    return try await work.value(for: wanted) { [self] in
      let found = try await pull.document(wanted) { _ in }
      note(found)
      do { try await Workers.current.run { try self.folder.keep(found.bytes, as: found.descriptor.digest) } } catch {
        observe(error)
      }
      return found
    }
  }

  private func stored(_ digest: Digest) async throws -> ImageDocument? {
    let bytes = try await Workers.current.run { [folder] in folder.bytes(of: digest, limit: Self.sizeLimit) }
    guard let bytes, let parsed = try? ManifestDocument(parsing: bytes, contentType: nil) else { return nil }
    let descriptor = Descriptor(mediaType: parsed.mediaType, digest: digest, size: Int64(bytes.count))
    let found = ImageDocument(descriptor: descriptor, bytes: bytes)
    note(found)
    return found
  }

  private func note(_ document: ImageDocument) {
    guard case .manifest(let manifest)? = try? ManifestDocument(parsing: document.bytes, contentType: nil) else {
      return
    }
    sizes.withLock { sizes in
      for blob in [manifest.config] + manifest.layers { sizes[blob.digest, at: .zero] = blob.size }
    }
  }
}
