import ImageArchive
import ImageModel
import SystemPackage

extension PullRequest.Output {
  /// The layout that images are added to; nil for an archive.
  var layout: String? {
    if case .layout(let path) = self { path } else { nil }
  }
}

extension ImagePull {
  /// Where images go: to an archive, into a layout, or, where there is neither, to standard output.
  struct Place: Sendable {
    let path: OutputPath?
    let layout: LayoutStore?
  }

  /// Opens the layout that a request is for, before the first request to a registry; nil where it is for an archive.
  ///
  /// - Throws: `ArchiveError`.
  func layoutStore(_ request: PullRequest) throws -> LayoutStore? {
    try request.output.layout.map { try LayoutStore(FilePath($0).lexicallyNormalized()) }
  }
}

extension PullRequest {
  /// The layout that is added to, where it is there already: its blobs need not be fetched.
  var heldLayouts: [String] {
    guard let path = output.layout, (try? FilePath(path).appending("oci-layout").stat()) != nil else { return [] }
    return [path]
  }
}

extension FoundImages {
  func archived(_ request: PullRequest) -> [ArchivedImage] {
    images.map { $0.resolved.archived(request.annotations) }
  }

  /// Whether a layer says that it is compressed with zstd.
  var hasZstdLayers: Bool { images.contains { $0.resolved.images.contains { $0.manifest.hasZstdLayers } } }
}
