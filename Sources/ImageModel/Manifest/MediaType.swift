/// The type of a document or a blob, as descriptors and `Content-Type` name it (RFC 6838).
public struct MediaType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Reads the value of a `Content-Type` header: parameters are dropped, letters made lower-case.
  ///
  /// Nil for a value without a type, or with one that is not ASCII.
  public init?(contentType: String) {
    let type = contentType.prefix { $0 != ";" }.drop { $0 == " " || $0 == "\t" }
    guard let end = type.lastIndex(where: { $0 != " " && $0 != "\t" }), type.utf8.allSatisfy({ $0 < 0x80 })
    else { return nil }
    self.init(rawValue: type[...end].lowercased())
  }

  public var description: String { rawValue }
}

/// Docker's types (distribution, "Image Manifest Version 2, Schema 2").
extension MediaType {
  public static let dockerManifestV1 = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v1+json")
  public static let dockerManifestV1Signed = MediaType(
    rawValue: "application/vnd.docker.distribution.manifest.v1+prettyjws")
  public static let dockerManifest = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v2+json")
  public static let dockerManifestList = MediaType(
    rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")
  public static let dockerImageConfig = MediaType(rawValue: "application/vnd.docker.container.image.v1+json")
  public static let dockerLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar")
  public static let dockerLayerGzip = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
  public static let dockerLayerZstd = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.zstd")
  public static let dockerForeignLayerGzip = MediaType(
    rawValue: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
}

/// The types of the OCI image specification (media-types.md).
extension MediaType {
  public static let ociManifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
  public static let ociIndex = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
  public static let ociImageConfig = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
  public static let ociLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar")
  public static let ociLayerGzip = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
  public static let ociLayerZstd = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+zstd")
  public static let ociNondistributableLayer = MediaType(
    rawValue: "application/vnd.oci.image.layer.nondistributable.v1.tar")
  public static let ociNondistributableLayerGzip = MediaType(
    rawValue: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
  public static let ociNondistributableLayerZstd = MediaType(
    rawValue: "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")
  /// The two bytes `{}`: the config of an artifact that has none.
  public static let ociEmpty = MediaType(rawValue: "application/vnd.oci.empty.v1+json")
}

/// What a type stands for.
extension MediaType {
  /// An OCI index or a Docker manifest list.
  public var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }

  /// A manifest that lists a config and layers.
  public var isImageManifest: Bool { self == .ociManifest || self == .dockerManifest }

  /// Docker's first manifest format, which no engine of today writes.
  public var isSchema1: Bool { self == .dockerManifestV1 || self == .dockerManifestV1Signed }

  /// A layer that may have to be fetched from the URLs in its descriptor.
  public var isForeignLayer: Bool { Self.foreignLayers.contains(self) }

  /// A layer of a container image, in whatever form it is kept: compressed in some way, foreign, encrypted (ocicrypt), or a
  /// file system's own format.
  public var isImageLayer: Bool { Self.layerFamilies.contains { rawValue.hasPrefix($0) } }

  /// A layer that only the holder of a key can read (ocicrypt, `…+encrypted`).
  public var isEncrypted: Bool { rawValue.hasSuffix("+encrypted") }

  /// The config of a container image.
  public var isImageConfig: Bool { self == .ociImageConfig || self == .dockerImageConfig }

  /// The types of an `Accept` header for a manifest: all that dray can read, and schema 1, so that a registry
  /// answers with it and the error can say what it is.
  public static let acceptedManifests = readableManifests + [.dockerManifestV1Signed, .dockerManifestV1]

  /// The types of manifests that dray can read.
  public static let readableManifests: [MediaType] = [.ociIndex, .dockerManifestList, .ociManifest, .dockerManifest]

  private static let foreignLayers: Set<MediaType> = [
    .dockerForeignLayerGzip, .ociNondistributableLayer, .ociNondistributableLayerGzip, .ociNondistributableLayerZstd,
  ]

  /// Types of layers by their beginnings. New formats appear at their ends.
  private static let layerFamilies = [
    "application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.", "application/vnd.erofs.layer.",
  ]
}
