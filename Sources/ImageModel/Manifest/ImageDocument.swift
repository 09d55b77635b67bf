/// A manifest or an index in the bytes that a registry or an archive holds, and the descriptor that names them.
public struct ImageDocument: Sendable, Hashable {
  public let descriptor: Descriptor
  public let bytes: [UInt8]

  public init(descriptor: Descriptor, bytes: [UInt8]) {
    self.descriptor = descriptor
    self.bytes = bytes
  }

  /// One that is written here.
  package init(_ tree: JSONTree, type: MediaType) {
    let bytes = tree.bytes
    self.init(
      descriptor: Descriptor(mediaType: type, digest: .hash(bytes), size: Int64(bytes.count)), bytes: bytes)
  }

  /// What it says; nil where it is none that is understood.
  package var parsed: ManifestDocument? { try? ManifestDocument(parsing: bytes, contentType: descriptor.mediaType) }
}
