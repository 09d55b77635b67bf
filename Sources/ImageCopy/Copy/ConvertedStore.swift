import ImageModel
import ImageStores
import Waiting

/// A store some of whose documents have been written anew.
private struct ConvertedStore: SourceStore {
  let store: any SourceStore
  let documents: [Digest: ImageDocument]

  var place: String { store.place }

  var isAtHand: Bool { store.isAtHand }

  func meaning(of name: String?) async throws -> Descriptor { try await store.meaning(of: name) }

  func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    if let own = documents[descriptor.digest] { return own }
    return try await store.document(descriptor)
  }

  func presence(of blob: Descriptor) async throws -> Presence { try await store.presence(of: blob) }

  func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    try await store.read(blob, range, into: sink)
  }
}

extension CopySource {
  /// The image with its documents written anew; itself where nothing of them changes. Signatures of what has changed stay
  /// behind: they are about other bytes.
  ///
  /// - Throws: ``CopyError``; what the source throws.
  func converted(by conversion: CopyConversion) async throws -> CopySource {
    guard let former = try await document() else { throw CopyError.documentMissing(root, place: store.place) }
    var rewriting = DocumentRewriting(conversion, store)
    let now = try await rewriting.rewrite(former)
    guard now.descriptor.digest != root else { return self }
    let made = Dictionary(rewriting.changes.values.map { ($0.descriptor.digest, $0) }) { first, _ in first }
    let find = referrers.map { find -> FindReferrers in
      { subjects in
        // What the source has never seen nothing there refers to.
        let known = subjects.filter { made[$0] == nil }
        return known.isEmpty ? [] : try await find(known).filter { known.contains($0.subject) }
      }
    }
    return CopySource(
      ConvertedStore(store: store, documents: made), root: now.descriptor.digest, repository: repository, tag: tag,
      siblings: siblings, bases: bases, document: { now }, referrers: find)
  }
}
