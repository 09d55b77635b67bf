import SeededRandom

/// An image whose bytes follow from a seed.
public struct ImageFixture: Sendable {
  public static let manifestType = "application/vnd.oci.image.manifest.v1+json"
  public static let indexType = "application/vnd.oci.image.index.v1+json"
  public static let configType = "application/vnd.oci.image.config.v1+json"
  public static let layerType = "application/vnd.oci.image.layer.v1.tar"

  public let config: Blob
  public let layers: [Blob]
  public let manifest: Blob

  /// - Parameter layers: sizes in bytes.
  public init(layers sizes: [Int], seed: UInt64 = 1, architecture: String = "amd64", os: String = "linux") {
    let layers = sizes.enumerated().map { index, size in
      Blob(mediaType: Self.layerType, bytes: Self.noise(size, seed: seed &* 1_000 &+ UInt64(index)))
    }
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config = """
      {"architecture":"\(architecture)","os":"\(os)","config":{},"rootfs":{"type":"layers","diff_ids":[\(diffIDs)]}}
      """
    self.init(config: Blob(mediaType: Self.configType, bytes: Array(config.utf8)), layers: layers)
  }

  public init(config: Blob, layers: [Blob]) {
    self.config = config
    self.layers = layers
    let descriptors = layers.map(\.descriptor).joined(separator: ",")
    let text = """
      {"schemaVersion":2,"mediaType":"\(Self.manifestType)","config":\(config.descriptor),"layers":[\(descriptors)]}
      """
    manifest = Blob(mediaType: Self.manifestType, bytes: Array(text.utf8))
  }

  /// The same blobs under another manifest.
  public init(replacing image: ImageFixture, manifest bytes: [UInt8]) {
    config = image.config
    layers = image.layers
    manifest = Blob(mediaType: Self.manifestType, bytes: bytes)
  }

  /// Config and layers, each digest once.
  public var blobs: [Blob] {
    var seen: Set<String> = []
    return ([config] + layers).filter { seen.insert($0.digest).inserted }
  }

  /// Bytes that look random, the same for the same seed.
  public static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    ReplyBody.random(count: Int64(count), seed: seed).allBytes
  }
}
