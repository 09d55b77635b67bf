import ImageModel

/// A place that takes images. A name appears last, and only over complete content: that is its caller's order, blobs before
/// the documents that name them, and a name at the end.
package protocol SinkStore: Sendable {
  /// How the place is called in messages.
  var place: String { get }

  /// What is known of the place by now.
  var traits: SinkTraits { get }

  /// Whether it has a blob. Where it cannot find out it says so.
  ///
  /// - Throws: where nobody is let in.
  func presence(of blob: Descriptor) async throws -> Presence

  /// Takes a blob: asks `content` for the ranges that it wants, again where it has to.
  ///
  /// - Parameters:
  ///   - siblings: other repositories of the same place that may have the blob, best first.
  ///   - progress: told how many bytes it has; that may fall.
  /// - Throws: where it does not take it; what `content` throws; `CancellationError`.
  func take(
    _ blob: Descriptor, from content: BlobContent, siblings: [String], progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob

  /// What a name means there now; nil where there is none.
  func meaning(ofTaken name: String) async throws -> Digest?

  /// What the place lists as referring to a document: signatures and the like. Nothing where it keeps no such list.
  func referrers(of subject: Digest) async throws -> Set<Digest>

  /// Lists a document that it has with what refers to `subject`, where it did not do so by itself.
  ///
  /// - Returns: false where it keeps no such list.
  func list(_ document: ImageDocument, of subject: Digest) async throws -> Bool

  /// Takes a document whose content is there. Without a name it can be had by its digest.
  func take(_ document: ImageDocument, named name: String?) async throws -> TakenDocument
}

extension SinkStore {
  package var traits: SinkTraits { SinkTraits() }
}

/// How a blob came to where it was to go.
package enum TakenBlob: Sendable, Hashable {
  case sent
  /// It was there in another repository; nil where the place does not say in which.
  case mounted(from: String?)
}

/// What a place says of a document that it took.
package struct TakenDocument: Sendable {
  /// Whether what it refers to leads to it; false where it refers to nothing, too.
  package var isListed = false
  /// What the place wants to be known.
  package var warnings: [String] = []
  /// The origin by which the place calls itself, where it is reached by another one.
  package var otherOrigin: String?

  package init(isListed: Bool = false, warnings: [String] = [], otherOrigin: String? = nil) {
    self.isListed = isListed
    self.warnings = warnings
    self.otherOrigin = otherOrigin
  }
}
