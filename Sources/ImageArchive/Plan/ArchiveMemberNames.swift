import ImageModel

/// The names of the members that hold blobs.
///
/// In a layout a blob's name is its digest. Docker's own form fixes none; there they are as the tools that write it
/// have them, `HEX.json` and `HEX.tar.gz`: some readers go by the ending.
struct ArchiveMemberNames {
  /// Those that are not made of the digest alone.
  private let own: [Digest: String]

  init(of images: [ArchivedImage], form: ArchiveFormat) {
    guard !form.hasLayout else {
      own = [:]
      return
    }
    let configs = images.map(\.manifest.config).map { ($0.digest, "\($0.digest.hexadecimal).json") }
    let layers = images.flatMap(\.manifest.layers).map { ($0.digest, $0.digest.hexadecimal + $0.mediaType.ending) }
    own = Dictionary(configs + layers) { first, _ in first }
  }

  func name(of digest: Digest) -> String { own[digest] ?? ArchiveDocuments.path(of: digest) }
}

extension MediaType {
  /// The ending of a file that holds a layer of this type.
  fileprivate var ending: String {
    if rawValue.hasSuffix("gzip") { return ".tar.gz" }
    return rawValue.hasSuffix("zstd") ? ".tar.zst" : ".tar"
  }
}
