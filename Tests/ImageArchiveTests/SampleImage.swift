import ImageArchive
import ImageModel
import SeededRandom

/// An image of random bytes, the same for the same seed.
struct SampleImage {
  let archived: ArchivedImage
  /// Config and layers.
  let contents: [Digest: [UInt8]]

  /// - Parameter layers: their sizes in bytes.
  init(
    names: [String] = ["nginx:1.21.4"], layers: [Int] = [700, 512, 0, 1_025], seed: UInt64 = 1,
    algorithm: Digest.Algorithm = .sha256
  ) throws {
    var random = SeededRandom(seed: seed)
    let config = Array(#"{"architecture":"amd64","os":"linux","seed":\#(seed)}"#.utf8)
    let blobs = [config] + layers.map { random.bytes(count: $0) }
    let digests = blobs.map { Digest.hash($0, algorithm: algorithm) }
    contents = Dictionary(zip(digests, blobs)) { first, _ in first }
    let descriptors = zip(digests, blobs).enumerated().map { index, blob in
      Descriptor(
        mediaType: index == 0 ? .ociImageConfig : .ociLayerGzip, digest: blob.0, size: Int64(blob.1.count))
    }
    archived = try Self.archived(
      names: names, config: descriptors[0], layers: Array(descriptors[1...]), algorithm: algorithm)
  }

  /// An image of which only the descriptors are there.
  static func archived(
    names: [String] = ["nginx:1.21.4"], config: Descriptor, layers: [Descriptor],
    algorithm: Digest.Algorithm = .sha256
  ) throws -> ArchivedImage {
    func text(_ descriptor: Descriptor) -> String {
      #"{"mediaType":"\#(descriptor.mediaType)","digest":"\#(descriptor.digest)","size":\#(descriptor.size)}"#
    }
    let manifest = Manifest(mediaType: .ociManifest, config: config, layers: layers)
    let bytes = Array(
      (#"{"schemaVersion":2,"mediaType":"\#(manifest.mediaType)","config":\#(text(config)),"layers":["#
        + layers.map(text).joined(separator: ",") + "]}").utf8)
    let descriptor = Descriptor(
      mediaType: manifest.mediaType, digest: .hash(bytes, algorithm: algorithm), size: Int64(bytes.count))
    return ArchivedImage(
      names: try names.map { try ImageReference(parsing: $0) }, manifest: manifest,
      document: .init(descriptor: descriptor, bytes: bytes))
  }
}

extension ArchivePlan {
  /// The whole archive in memory.
  func bytes(_ contents: [Digest: [UInt8]]) -> [UInt8] {
    extents.flatMap { extent in
      switch extent {
      case .literal(_, let bytes): bytes
      case .blob(_, let descriptor): contents[descriptor.digest] ?? []
      }
    }
  }
}
