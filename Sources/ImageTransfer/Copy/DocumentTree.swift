import ImageModel
import ImageStores

/// An image's documents, and the blobs that they name.
struct DocumentTree: Sendable {
  /// What a document names stands before it; the root is the last.
  private(set) var documents: [ImageDocument] = []
  /// Each once.
  private(set) var blobs: [(descriptor: Descriptor, isConfig: Bool)] = []
  /// Those of referrers alone.
  private(set) var referrerBlobs: [(descriptor: Descriptor, isConfig: Bool)] = []
  private var seen: Set<Digest> = []

  /// What is left to do where the image itself is there.
  var withoutImage: DocumentTree {
    var tree = self
    tree.blobs = referrerBlobs
    return tree
  }

  /// - Throws: ``CopyError``.
  mutating func add(_ document: ImageDocument, ofReferrer: Bool = false) throws(CopyError) -> [Descriptor] {
    let parsed: ManifestDocument
    do {
      parsed = try ManifestDocument(parsing: document.bytes, contentType: document.descriptor.mediaType)
    } catch { throw .document(document.descriptor.digest, error) }
    switch parsed {
    case .index(let index): return index.manifests
    case .manifest(let manifest):
      for (descriptor, isConfig) in [(manifest.config, true)] + manifest.layers.map({ ($0, false) })
      where seen.insert(descriptor.digest).inserted {
        // A layer that is kept elsewhere, and that no registry need have.
        guard descriptor.urls.isEmpty else { continue }
        blobs.append((descriptor, isConfig))
        if ofReferrer { referrerBlobs.append((descriptor, isConfig)) }
      }
      return []
    }
  }

  mutating func finish(_ document: ImageDocument) {
    if !documents.contains(where: { $0.descriptor.digest == document.descriptor.digest }) { documents.append(document) }
  }
}

extension CopyPlanner {
  /// How deep indexes may stand in one another.
  private static let depth = DocumentLimits.standard.indexDepth

  /// - Throws: ``CopyError``; what the source throws.
  func tree(of wanted: CopySource) async throws -> DocumentTree {
    var tree = DocumentTree()
    guard let root = try await source.document(wanted.root) else {
      throw CopyError.documentMissing(wanted.root.digest, place: source.place)
    }
    try await add(root, to: &tree, depth: 0)
    for referrer in wanted.referrers {
      for document in referrer.documents { _ = try tree.add(document, ofReferrer: true) }
    }
    return tree
  }

  private func add(_ document: ImageDocument, to tree: inout DocumentTree, depth: Int) async throws {
    let children = try tree.add(document)
    guard children.isEmpty || depth < Self.depth else {
      throw CopyError.incompleteIndex(document.descriptor.digest, absent: children.map(\.digest), place: source.place)
    }
    var absent: [Digest] = []
    for child in children {
      let descriptor = Descriptor(mediaType: child.mediaType, digest: child.digest, size: child.size)
      guard let found = try await source.document(descriptor) else {
        absent.append(child.digest)
        continue
      }
      try await add(found, to: &tree, depth: depth + 1)
    }
    guard absent.isEmpty else {
      throw CopyError.incompleteIndex(document.descriptor.digest, absent: absent, place: source.place)
    }
    tree.finish(document)
  }
}
