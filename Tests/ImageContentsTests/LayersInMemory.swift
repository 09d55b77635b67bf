import HandmadeTar
import ImageContents
import ImageModel
import ImageStores
import NIOCore
import Synchronization
import Waiting

/// An image whose layers are handed over in pieces, as a registry would, and what was asked for of it.
final class LayersInMemory: SourceStore {
  static let name = "registry.example.com/team/app:1"

  let layers: [Descriptor]
  private let contents: [Digest: [UInt8]]
  private let asked = Mutex<[Digest]>([])

  /// - Parameter layers: the files of each, the base first; what ends in a slash is a folder.
  init(_ layers: [[(path: String, text: String)]], mediaType: String = "application/vnd.oci.image.layer.v1.tar") {
    let archives = layers.map { files -> [UInt8] in
      var tar = TarWriter()
      for file in files {
        tar.member(file.path, type: file.path.hasSuffix("/") ? "5" : "0", content: Array(file.text.utf8))
      }
      tar.end()
      return tar.bytes
    }
    self.layers = archives.map { bytes in
      Descriptor(mediaType: MediaType(rawValue: mediaType), digest: Digest.hash(bytes), size: Int64(bytes.count))
    }
    contents = Dictionary(archives.map { (Digest.hash($0), $0) }) { first, _ in first }
  }

  /// Each layer that was asked for, once.
  var fetched: Set<Digest> { Set(asked.withLock(\.self)) }

  /// The bytes of the lowest layer.
  var first: [UInt8]? { contents[layers[0].digest] }

  /// - Parameters:
  ///   - diffIDs: what the config says of the plain layers; nil for what is right.
  ///   - store: where the layers are to be read; nil for this one.
  func image(diffIDs: [Digest]? = nil, in store: (any SourceStore)? = nil) throws -> ReadableImage {
    let texts = (diffIDs ?? layers.map(\.digest)).map { "\"\($0)\"" }.joined(separator: ",")
    let config = #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(texts)]}}"#
    return try ReadableImage(
      name: Self.name, manifestDigest: Digest.hash([]), layers: layers,
      config: try ImageConfig(parsing: Array(config.utf8)), in: store ?? self)
  }

  struct Gone: Error {}

  let place = "memory"

  func meaning(of name: String?) async throws -> Descriptor { throw Gone() }

  func document(_ descriptor: Descriptor) async throws -> ImageDocument? { nil }

  func presence(of blob: Descriptor) async throws -> Presence { contents[blob.digest] == nil ? .absent : .present }

  func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    asked.withLock { $0.append(blob.digest) }
    guard let bytes = contents[blob.digest] else { throw Gone() }
    for start in stride(from: Int(range.lowerBound), to: Int(range.upperBound), by: 700) {
      try await sink.write(ByteBuffer(bytes: bytes[start..<min(start + 700, Int(range.upperBound))]))
    }
  }
}
