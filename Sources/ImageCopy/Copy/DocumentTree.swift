import ImageModel
import ImageStores
import Waiting

/// An image's documents, and the blobs that they name.
struct DocumentTree: Sendable {
  /// What a document names stands before it; the root is the last.
  private(set) var documents: [ImageDocument] = []
  /// Each once.
  private(set) var blobs: [(descriptor: Descriptor, isConfig: Bool)] = []
  /// Those of referrers alone.
  private(set) var referrerBlobs: [(descriptor: Descriptor, isConfig: Bool)] = []
  /// The manifests of images in it: what signatures are about, beside the root.
  private(set) var images: [Digest] = []
  private var seen: Set<Digest> = []

  /// - Throws: ``CopyError``.
  mutating func add(_ document: ImageDocument, ofReferrer: Bool = false) throws(CopyError) -> [Descriptor] {
    let parsed: ManifestDocument
    do {
      parsed = try ManifestDocument(parsing: document.bytes, contentType: document.descriptor.mediaType)
    } catch { throw .document(document.descriptor.digest, error) }
    switch parsed {
    case .index(let index):
      for entry in index.manifests where !ofReferrer && !entry.isOtherThanImage && !entry.mediaType.isIndex {
        images.append(entry.digest)
      }
      return index.manifests
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
    guard let root = try await wanted.document() else {
      throw CopyError.documentMissing(wanted.root, place: wanted.store.place)
    }
    try await add(root, to: &tree, wanted.store, depth: 0)
    return tree
  }

  private func add(
    _ document: ImageDocument, to tree: inout DocumentTree, _ store: any SourceStore, depth: Int
  ) async throws {
    let children = try tree.add(document)
    let digest = document.descriptor.digest
    guard children.isEmpty || depth < Self.depth else {
      throw CopyError.incompleteIndex(digest, absent: children.map(\.digest), place: store.place)
    }
    let found = try await inParallel(children, width: Self.width) { child in
      try await store.document(Descriptor(mediaType: child.mediaType, digest: child.digest, size: child.size))
    }
    let absent = zip(children, found).filter { $0.1 == nil }.map(\.0.digest)
    guard absent.isEmpty else { throw CopyError.incompleteIndex(digest, absent: absent, place: store.place) }
    for child in found.compactMap(\.self) { try await add(child, to: &tree, store, depth: depth + 1) }
    tree.finish(document)
  }
}
