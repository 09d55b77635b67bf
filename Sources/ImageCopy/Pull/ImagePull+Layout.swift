import ImageArchive
import ImageModel
import SystemPackage

extension PullRequest.Output {
  /// The layout that images are added to; nil for an archive.
  var layout: String? {
    if case .layout(let path) = self { path } else { nil }
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
