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
      Blob(mediaType: Self.layerType, bytes: Self.layer(size, seed: seed &* 1_000 &+ UInt64(index)))
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

  /// Parts as they are.
  public init(config: Blob, layers: [Blob], manifest: Blob) {
    self.config = config
    self.layers = layers
    self.manifest = manifest
  }

  /// Config and layers, each digest once.
  public var blobs: [Blob] {
    var seen: Set<String> = []
    return ([config] + layers).filter { seen.insert($0.digest).inserted }
  }

  /// A tar archive of so many bytes with one file that looks random, and ends with it; without room for a header, noise.
  private static func layer(_ size: Int, seed: UInt64) -> [UInt8] {
    let content = size - 512
    guard content >= 0 else { return noise(size, seed: seed) }
    var header = [UInt8](repeating: 0, count: 512)
    let octal = { (number: Int, count: Int) in
      let digits = String(number, radix: 8)
      return Array((String(repeating: "0", count: count - digits.count) + digits).utf8)
    }
    for (place, bytes) in [
      (0, Array("data".utf8)), (100, octal(0o644, 7)), (108, octal(0, 7)), (116, octal(0, 7)),
      (124, octal(content, 11)),
      (136, octal(0, 11)), (148, Array("        0".utf8)),
    ] { header.replaceSubrange(place..<(place + bytes.count), with: bytes) }
    header.replaceSubrange(148..<155, with: octal(header.reduce(0) { $0 + Int($1) }, 6) + [0])
    return header + noise(content, seed: seed)
  }

  /// Bytes that look random, the same for the same seed.
  public static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    ReplyBody.random(count: Int64(count), seed: seed).allBytes
  }
}
