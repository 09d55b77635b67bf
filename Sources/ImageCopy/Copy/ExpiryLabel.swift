import ImageModel
import ImageStores

/// The label by which Quay deletes the tag of an image after a while: `quay.expires-after=2w`. Quay reads labels once, when a
/// manifest comes into a repository (quay `data/model/oci/manifest.py`, `data/registry_model/label_handlers.py`).
enum ExpiryLabel {
  static let name = "quay.expires-after"

  /// Whether Quay understands a value: a number and one of these letters (quay `util/timedeltastring.py`). It passes over others.
  static func isDuration(_ text: String) -> Bool {
    guard let unit = text.last, "smhdw".contains(unit) else { return false }
    let number = text.dropLast()
    return !number.isEmpty && number.allSatisfy { ("0"..."9").contains($0) }
  }
}

extension CopyPlanner {
  /// After what time the target deletes the tag of an image; nil where it does not, or nobody can tell.
  ///
  /// - Parameter tree: the image's documents.
  /// - Throws: `CancellationError`.
  func expiry(of wanted: CopySource, _ tree: DocumentTree) async throws -> String? {
    let sink = sink(wanted.repository)
    guard wanted.tag != nil, sink.traits.honorsExpiryLabels, let root = tree.documents.last?.parsed,
      let label = try await label(of: root, in: tree, wanted.store), ExpiryLabel.isDuration(label)
    else { return nil }
    // A further tag of a manifest that the repository has stays.
    let isKnown = try? await sink.meaning(ofTaken: wanted.root.description) == wanted.root
    try Task.checkCancellation()
    return isKnown == true ? nil : label
  }

  /// The label of a manifest; of an index, what all of its manifests agree on.
  private func label(
    of document: ManifestDocument, in tree: DocumentTree, _ store: any SourceStore
  ) async throws -> String? {
    switch document {
    case .manifest(let manifest): return try await label(of: manifest, store)
    case .index(let index):
      var common: String?
      for entry in index.manifests {
        guard
          case .manifest(let manifest)? = tree.documents.first(where: { $0.descriptor.digest == entry.digest })?.parsed,
          let own = try await label(of: manifest, store), own == common ?? own
        else { return nil }
        common = own
      }
      return common
    }
  }

  /// An annotation counts before a label of the config, but for Docker's manifests, which have none.
  private func label(of manifest: Manifest, _ store: any SourceStore) async throws -> String? {
    if manifest.mediaType != .dockerManifest, let own = manifest.annotations[ExpiryLabel.name] { return own }
    guard manifest.config.mediaType.isImageConfig, manifest.config.size <= Int64(DocumentLimits.standard.configBytes)
    else { return nil }
    do {
      return try ImageConfig(parsing: try await store.bytes(of: manifest.config)).execution?.labels[ExpiryLabel.name]
    } catch {
      // Where it cannot be read the copy itself says so.
      try Task.checkCancellation()
      return nil
    }
  }
}
