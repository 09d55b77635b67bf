import ImageModel

/// Which image of an archive is meant.
package struct ImageChoice: Sendable, Hashable {
  /// A name as the archive has it or as one would pull it, or a digest; nil for the only one.
  package var name: String?
  /// Nil for the machine's own, which a single image need not have.
  package var platform: Platform?

  package init(name: String? = nil, platform: Platform? = nil) {
    self.name = name
    self.platform = platform
  }
}
