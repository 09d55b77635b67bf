import ImageModel
import ImageStores
import RegistryClient

/// Gives an image of a registry further tags in its repository, by putting its manifest there under each: no blob moves.
public struct ImageTagging: Sendable {
  private let reference: ImageReference
  private let tags: [String]
  private let access: RegistryAccess

  /// - Throws: `ImageReferenceError` where one is no tag.
  public init(_ reference: ImageReference, tags: [String], _ access: RegistryAccess) throws {
    for tag in tags { _ = try reference.with(tag: tag) }
    self.reference = reference
    self.tags = tags
    self.access = access
  }

  /// Asks by HEAD what the image is and what the tags stand for, and puts the manifest under those that stand for something
  /// else. That it is there is proven for each.
  ///
  /// - Parameters:
  ///   - onlyAsks: nothing is written.
  ///   - tagged: told of each tag, in order.
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  public func run(
    onlyAsks: Bool = false, warn: @escaping @Sendable (PushWarning) -> Void, tagged: (PushedImage) -> Void
  ) async throws {
    try await RegistryDoor.with(access, registries: [reference.registry]) { door in
      // Mirrors are for reading. Configuration may put the registry itself elsewhere.
      let endpoint = try access.endpoints(for: reference) { warn(.access($0)) }.last ?? .origin(of: reference)
      let client = try await door.client(for: endpoint) { warn(.access($0)) }
      if !onlyAsks { try await client.prepareToPush(endpoint.repository) }
      let store = RegistryStore(client, repository: endpoint.repository, for: onlyAsks ? .pull : .push)
      let name = reference.digest?.description ?? reference.tag ?? "latest"
      guard let digest = try await store.meaning(ofTaken: name) else { throw RegistryError(.manifestNotFound) }
      var document: ImageDocument?
      let words = RegistryWords()
      for tag in tags {
        let wasThere = try await store.meaning(ofTaken: tag) == digest
        if !wasThere, !onlyAsks {
          if document == nil { document = try await read(digest, in: store) }
          guard let document else { throw RegistryError(.manifestNotFound) }
          for text in try await store.take(document, named: tag).warnings where words.isNew(text) {
            warn(.registry(text))
          }
        }
        tagged(PushedImage(reference: try reference.with(tag: tag), digest: digest, wasThere: wasThere))
      }
    }
  }

  private func read(_ digest: Digest, in store: RegistryStore) async throws -> ImageDocument? {
    // Its size is not known: a digest is all that a registry is asked for.
    try await store.document(Descriptor(mediaType: .ociManifest, digest: digest, size: 0))
  }
}
