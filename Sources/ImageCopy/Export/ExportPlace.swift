import FileAccess
import ImageArchive
import ImageModel
import SystemPackage

/// Where an export writes to, checked before the first request.
enum ExportPlace: Sendable {
  case archive(OutputPath)
  case layout(LayoutStore)
  case standardOutput

  /// Makes the folder of a layout.
  ///
  /// - Throws: `ArchiveError` where nothing can be written there.
  init(_ output: ExportRequest.Output) throws {
    switch output {
    case .archive(let path): self = .archive(try OutputPath.check(FilePath(path)))
    case .layout(let path): self = .layout(try LayoutStore(FilePath(path).lexicallyNormalized()))
    case .standardOutput: self = .standardOutput
    }
  }
}

extension ExportRequest.Output {
  /// How the place is called in messages.
  var name: String {
    switch self {
    case .archive(let path), .layout(let path): path
    case .standardOutput: "-"
    }
  }

  /// What the place has already: the blobs of a layout.
  ///
  /// - Throws: `ArchiveError` where it is there and cannot be read.
  func held() throws(ArchiveError) -> BlobShelf {
    var shelf = BlobShelf()
    guard case .layout(let path) = self, (try? FilePath(path).appending("oci-layout").stat()) != nil else {
      return shelf
    }
    try shelf.add(FilePath(path))
    return shelf
  }
}
