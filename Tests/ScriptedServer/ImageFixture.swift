import Crypto

/// A small image whose bytes follow from a seed.
public struct ImageFixture: Sendable {
  public struct Blob: Sendable {
    public let mediaType: String
    public let bytes: [UInt8]
    public let digest: String

    public init(mediaType: String, bytes: [UInt8]) {
      self.mediaType = mediaType
      self.bytes = bytes
      digest = ImageFixture.digest(bytes)
    }

    public var descriptor: String {
      #"{"mediaType":"\#(mediaType)","digest":"\#(digest)","size":\#(bytes.count)}"#
    }
  }

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

  /// Config and layers, each digest once.
  public var blobs: [Blob] {
    var seen: Set<String> = []
    return ([config] + layers).filter { seen.insert($0.digest).inserted }
  }

  /// Bytes without a pattern, the same for the same seed.
  public static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    let words = [UInt64](unsafeUninitializedCapacity: count / 8 + 1) { buffer, initialized in
      for index in 0...(count / 8) {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        buffer[index] = state
      }
      initialized = count / 8 + 1
    }
    return words.withUnsafeBytes { Array(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  public static func digest(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return "sha256:" + String(SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

extension ScriptedServer {
  /// The rules of an honest registry for one image.
  public func serve(
    _ image: ImageFixture, repository: String = "team/app", tag: String = "1", ranges: Reply.Ranges = .honest
  ) {
    serveManifest(image.manifest, repository: repository, tag: tag)
    serveBlobs(image, repository: repository, ranges: ranges)
  }

  public func serveManifest(_ manifest: ImageFixture.Blob, repository: String = "team/app", tag: String = "1") {
    let reply = Reply(
      headers: [("Content-Type", manifest.mediaType), ("Docker-Content-Digest", manifest.digest)],
      body: ReplyBody(manifest.bytes))
    on("/v2/\(repository)/manifests/\(tag)", reply: reply)
    on("/v2/\(repository)/manifests/\(manifest.digest)", reply: reply)
  }

  public func serveBlobs(_ image: ImageFixture, repository: String = "team/app", ranges: Reply.Ranges = .honest) {
    for blob in image.blobs { serve(blob, repository: repository, ranges: ranges) }
  }

  public func serve(_ blob: ImageFixture.Blob, repository: String = "team/app", ranges: Reply.Ranges = .honest) {
    let body = ReplyBody(blob.bytes)
    on("/v2/\(repository)/blobs/\(blob.digest)") { .blob(body, for: $0, ranges: ranges) }
  }

  public func on(_ path: String, times: Int = .max, reply: Reply) {
    on("GET", path, times: times, reply: reply)
  }

  public func on(_ path: String, times: Int = .max, _ handler: @escaping Handler) {
    on("GET", path, times: times, handler)
  }
}
