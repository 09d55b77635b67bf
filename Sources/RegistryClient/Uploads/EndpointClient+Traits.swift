import ImageModel

/// What is known of a registry before anything is sent, once ``prepareToPush(_:)`` has asked it.
extension EndpointClient {
  /// The most bytes that a manifest or an index may have; nil where the registry is not known to have a limit. That of a Harbor
  /// is the limit of the distribution behind it (`maxManifestBodySize`), which cannot be set.
  package var manifestLimit: Int64? { uploadSlots.isHarbor ? DocumentLimits.commonManifestBytes : nil }

  /// Whether a tag is deleted after the time in the image's label `quay.expires-after`.
  package var honorsExpiryLabels: Bool { uploadHabits.isQuay }
}
