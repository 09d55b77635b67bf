import ImageModel

/// What is known of a registry before anything is sent, once ``prepareToPush(_:)`` has asked it.
extension EndpointClient {
  /// The most bytes that a manifest or an index may have; nil where the registry is not known to have a limit. That of a Harbor
  /// is the limit of the distribution behind it (`maxManifestBodySize`), which cannot be set.
  package var manifestLimit: Int64? { uploadSlots.isHarbor ? DocumentLimits.commonManifestBytes : nil }

  /// By what origin the registry calls itself in the addresses of uploads, where it is reached by another scheme or port of the same
  /// host: something before it ends TLS, and it does not know of it. Nil where nothing of the kind was seen.
  package var otherOrigin: String? { uploadHabits.otherOrigin.map { "\($0)" } }

  /// Whether a tag is deleted after the time in the image's label `quay.expires-after`.
  package var honorsExpiryLabels: Bool { uploadHabits.isQuay }
}
