import ImageModel
import ImageStores

/// An image of a source that is to be copied, and where to.
package struct CopySource: Sendable {
  package let root: Descriptor
  package let repository: String
  package let tag: String?
  package let referrers: [CopyPlan.Referrer]
  /// Repositories of the target that may have its blobs.
  package let siblings: [String]

  package init(
    root: Descriptor, repository: String, tag: String?, referrers: [CopyPlan.Referrer] = [], siblings: [String] = []
  ) {
    self.root = root
    self.repository = repository
    self.tag = tag
    self.referrers = referrers
    self.siblings = siblings
  }
}
