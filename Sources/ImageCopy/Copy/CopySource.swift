import ImageModel
import ImageStores

/// An image of a source that is to be copied, and where to.
package struct CopySource: Sendable {
  /// What has the image.
  package let store: any SourceStore
  package let root: Digest
  /// A repository of the target.
  package let repository: String
  /// Nil where it is to be had by its digest alone.
  package let tag: String?
  /// Repositories of the target that may have its blobs.
  package let siblings: [String]
  /// What the source builds on where it leaves blobs out, for messages.
  package let bases: [String]
  /// Whether documents cost no request, so that they are read to count what need not be sent, too.
  let hasDocumentsAtHand: Bool
  /// The root itself; nil where the source does not have it.
  let document: @Sendable () async throws -> ImageDocument?
  /// What refers to the image, given the digests of its documents; nil where nothing does.
  let referrers: FindReferrers?

  package typealias FindReferrers = @Sendable (_ subjects: [Digest]) async throws -> [CopyPlan.Referrer]

  package init(
    _ store: any SourceStore, root: Digest, repository: String, tag: String?, siblings: [String] = [],
    bases: [String] = [], hasDocumentsAtHand: Bool = false,
    document: @escaping @Sendable () async throws -> ImageDocument?,
    referrers: FindReferrers? = nil
  ) {
    self.store = store
    self.root = root
    self.repository = repository
    self.tag = tag
    self.siblings = siblings
    self.bases = bases
    self.hasDocumentsAtHand = hasDocumentsAtHand
    self.document = document
    self.referrers = referrers
  }

  /// A copy of this value for another repository of the target.
  func moved(to repository: String) -> CopySource {
    CopySource(
      store, root: root, repository: repository, tag: tag, siblings: siblings, bases: bases,
      hasDocumentsAtHand: hasDocumentsAtHand, document: document, referrers: referrers)
  }
}
