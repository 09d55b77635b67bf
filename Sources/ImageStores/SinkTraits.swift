/// What is known of a place before anything is sent to it.
package struct SinkTraits: Sendable, Hashable {
  /// The most bytes that a manifest or an index may have; nil where the place is not known to have a limit.
  package var manifestLimit: Int64?
  /// Whether a tag is deleted after the time in the image's label `quay.expires-after`.
  package var honorsExpiryLabels = false

  package init() {}
}
