import ImageArchive
import ImageCopy
import ImageModel
import RegistryClient
import Waiting

/// Images on the disk that is served, those that were pushed, and what the cache has, for archives of registries that may not be
/// asked or cannot be reached.
struct DiskImages: Sendable {
  private struct NotHere: Error {}

  private let contents: @Sendable () -> ServedContents
  private let changing: (any ChangingImages)?
  private let cached: @Sendable (ImageReference) -> Digest?
  private let cachedTags: @Sendable (ImageReference) -> [String]
  /// How the machine's configuration has short names meant.
  private let access: RegistryAccess
  /// Asks the disk as if it were a registry.
  let pull: ImagePull
  /// Plans that are made of the disk alone.
  let shelf: ArchiveShelf

  /// - Parameters:
  ///   - cached: what a reference stands for in the cache.
  ///   - cachedTags: the tags of a repository that the cache knows.
  init(
    _ contents: @escaping @Sendable () -> ServedContents, changing: (any ChangingImages)?,
    cached: @escaping @Sendable (ImageReference) -> Digest?,
    cachedTags: @escaping @Sendable (ImageReference) -> [String], access: RegistryAccess, pull: ImagePull,
    shelf: ArchiveShelf
  ) {
    self.contents = contents
    self.changing = changing
    self.cached = cached
    self.cachedTags = cachedTags
    self.access = access
    self.pull = pull
    self.shelf = shelf
  }

  /// What a request asks for; nil where not all of its images are here.
  ///
  /// - Parameter exactly: whether they are here under the name that a registry would be asked for. Else names are meant as
  ///   under `/v2/`: see ``RepositoryChoice``.
  /// - Throws: as ``ArchiveRequest/init(_:finding:)``; ``GatewayError/severalMeant(_:_:)``.
  func wanted(by request: ServerRequest, exactly: Bool) async throws -> ArchiveRequest? {
    do {
      return try await ArchiveRequest(request) { text in
        guard let image = try image(typed: text, exactly: exactly) else { throw NotHere() }
        return image
      }
    } catch is NotHere { return nil }
  }

  /// The image that a text means, under its name in full; nil where it is not here.
  ///
  /// - Throws: as ``TypedImage/init(_:by:)``; ``GatewayError/severalMeant(_:_:)``.
  func image(typed text: String, exactly: Bool) throws -> ImageReference? {
    try place(typed: text, exactly: exactly) { place, meaning in
      guard let named = try? ImageReference(parsing: place + ending(of: meaning)) else { return nil }
      return digest(of: named) == nil ? nil : named
    }
  }

  /// The same for a name whose tag does not matter.
  func repository(typed text: String, exactly: Bool) throws -> ImageReference? {
    try place(typed: text, exactly: exactly) { place, _ in
      guard let named = try? ImageReference(parsing: place) else { return nil }
      return ServedImages(contents(), changing: changing).hasRepository(place) || !cachedTags(named).isEmpty
        ? named : nil
    }
  }

  /// The tags of a repository that is here, in the order of `TagOrder`, without those that hold signatures and the like. Of
  /// one in the cache there are those that were pulled.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  func tags(of repository: ImageReference) async throws -> [String] {
    let place = repository.qualifiedRepository
    let isOnDisk = ServedImages(contents(), changing: changing).hasRepository(place)
    let tags = isOnDisk ? try await pull.tags(of: repository) { _ in } : []
    let further = cachedTags(repository).filter { !ReferrerTag.isReferrer($0) }
    return Set(tags + further).sorted(by: TagOrder.precedes)
  }

  /// What a reference stands for here now.
  func digest(of reference: ImageReference) -> Digest? {
    let name = reference.digest.map { "\($0)" } ?? reference.tag ?? "latest"
    if let pushed = changing?.manifest(name, in: reference.qualifiedRepository) { return pushed.digest }
    let repository = contents().repositories[reference.qualifiedRepository]
    if let digest = reference.digest ?? repository?.tags[reference.tag ?? "latest"],
      repository?.documents.contains(digest) == true
    {
      return digest
    }
    return cached(reference)
  }

  /// A plan that was made earlier says nothing of a disk that was pulled out since.
  ///
  /// - Throws: ``GatewayError/fileGone`` where a file on the disk that holds a blob is gone or another one.
  func checkFiles(of archive: PlannedArchive) async throws {
    let known = contents().blobs
    let blobs = archive.plan.blobs.compactMap { known[$0.digest] }
    try await Workers.current.run {
      for blob in blobs where try blob.open() == nil { throw GatewayError.fileGone }
    }
  }

  private func place(
    typed text: String, exactly: Bool, _ find: (_ repository: String, _ meaning: ImageReference) -> ImageReference?
  ) throws -> ImageReference? {
    for meaning in try TypedImage(text, by: access).meanings {
      let places = exactly ? [meaning.qualifiedRepository] : repositories(meaning.familiarRepository)
      let found = places.compactMap { find($0, meaning) }
      guard found.count < 2 else { throw GatewayError.severalMeant(text, found.map { "\($0)" }) }
      if let only = found.first { return only }
    }
    return nil
  }

  /// Tag and digest, as they stand behind a name.
  private func ending(of meaning: ImageReference) -> String {
    (meaning.tag.map { ":\($0)" } ?? "") + (meaning.digest.map { "@\($0)" } ?? "")
  }

  private func repositories(_ name: String) -> [String] {
    switch RepositoryChoice(name, namespace: nil, in: ServedImages(contents(), changing: changing)) {
    case .one(let place): [place]
    case .several(let places): places
    case .none, .invalid: []
    }
  }
}
