import ImageModel
import ImageStores
import RegistryClient

/// Takes tags away, in the way that each registry offers.
struct TagDeletion {
  private enum Way {
    /// By its name (distribution-spec "Deleting tags").
    case name
    /// By Harbor's own API: its `/v2/` refuses names.
    case harbor
    /// By the digest of its manifest, which takes all tags of that away: distribution before 3.0.
    case digest
  }

  private let places: SyncPlaces
  /// What goes, by repository.
  private let going: [String: Set<String>]
  private var ways: [RegistryName: Way] = [:]
  /// By repository.
  private var remains: [String: Remains] = [:]
  private var deleted: [String: Set<Digest>] = [:]

  init(_ plan: TagPruning.Plan, _ places: SyncPlaces) {
    self.places = places
    going = Dictionary(grouping: plan.tags) { $0.reference.qualifiedRepository }.mapValues { tags in
      Set(tags.compactMap(\.reference.tag))
    }
  }

  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  mutating func delete(_ tag: TagPruning.Tag) async throws -> TagPruning.Outcome {
    let reference = tag.reference
    let store = try await places.repository(of: reference)
    // Somebody may have thought about it for an hour.
    let found = try await places.digest(at: reference)
    if found == nil, deleted[reference.qualifiedRepository]?.contains(tag.digest) == true { return .deleted }
    guard found == tag.digest, let name = reference.tag else { return .changed(found) }
    switch ways[reference.registry] ?? .name {
    case .name:
      do { try await store.client.delete(.tag(name), in: store.repository) } catch let error as RegistryError {
        guard case .tagsNotDeleted = error.reason else { throw error }
        ways[reference.registry] = try await store.client.isHarbor() ? .harbor : .digest
        return try await delete(tag)
      }
    case .harbor: try await store.client.deleteHarborTag(name, in: store.repository)
    case .digest:
      let remains = try await remains(in: reference, store)
      if let other = remains.tag(needing: tag.digest) { throw RegistryError(.manifestInUse(tag.digest, tag: other)) }
      try await store.client.delete(.digest(tag.digest), in: store.repository)
      deleted[reference.qualifiedRepository, default: []].insert(tag.digest)
    }
    return .deleted
  }

  /// What the tags of a repository stand for that stay, with all that indexes among it name.
  private struct Remains {
    private var tags: [Digest: String] = [:]

    func tag(needing digest: Digest) -> String? { tags[digest] }

    /// - Returns: whether the digest was not known.
    mutating func note(_ digest: Digest, of tag: String) -> Bool { tags.updateValue(tag, forKey: digest) == nil }
  }

  private mutating func remains(in reference: ImageReference, _ store: RegistryStore) async throws -> Remains {
    let repository = reference.qualifiedRepository
    if let known = remains[repository] { return known }
    var found = Remains()
    for tag in try await store.client.tags(store.repository) where going[repository]?.contains(tag) != true {
      // A tag that goes meanwhile needs nothing.
      guard let digest = try await store.meaning(ofTaken: tag) else { continue }
      var open = [digest]
      while let digest = open.popLast() {
        guard found.note(digest, of: tag),
          case .index(let index)? = try await store.document(
            Descriptor(mediaType: .ociIndex, digest: digest, size: 0))?.parsed
        else { continue }
        open += index.manifests.filter { $0.mediaType.isImageManifest || $0.mediaType.isIndex }.map(\.digest)
      }
    }
    remains[repository] = found
    return found
  }
}
