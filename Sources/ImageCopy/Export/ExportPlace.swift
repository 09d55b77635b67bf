import FileAccess
import ImageArchive
import ImageModel
import SystemPackage

/// Where an export writes to, checked before the first request.
enum ExportPlace: Sendable {
  case archive(OutputPath)
  /// Its folder is made once it is known what is written.
  case layout(FilePath)
  case standardOutput

  /// Checks whether something can be written there, without writing anything.
  ///
  /// - Throws: `ArchiveError`; `FileError`.
  init(_ output: ExportRequest.Output) throws {
    switch output {
    case .archive(let path): self = .archive(try OutputPath.check(FilePath(path)))
    case .layout(let path):
      try LayoutStore.check(FilePath(path))
      self = .layout(FilePath(path))
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

  /// What the place has already.
  ///
  /// - Throws: `ArchiveError` where it is there and cannot be read.
  func held() throws(ArchiveError) -> HeldContent {
    guard case .layout(let path) = self, (try? FilePath(path).appending("oci-layout").stat()) != nil else {
      return HeldContent()
    }
    var held = HeldContent()
    try held.blobs.add(FilePath(path))
    held.layout = try LayoutStore(FilePath(path))
    return held
  }
}

extension ExportRequest.Output {
  /// Makes sure that what stands at the place of an archive is one of these images, or nothing: who forgets the target names a
  /// source in its place.
  ///
  /// - Throws: ``PushError/otherContent(path:names:)``; `FileError` where the folder cannot be looked at.
  func checkReplaces(by images: [PushedImage]) throws {
    guard case .archive(let path) = self else { return }
    let place = try OutputPath(FilePath(path))
    guard try place.holdsFile else { return }
    let archive = try? StoredArchive(opening: place.path)
    let stored = archive?.images ?? []
    let artifacts = archive?.storedContents.filter(\.parts.isArtifact) ?? []
    let own = Set(images.map { $0.reference.qualifiedName })
    let given = stored.map { $0.names.map(\.qualifiedName) } + artifacts.map { $0.parts.names.map(\.qualifiedName) }
    let names = given.flatMap(\.self) + stored.flatMap(\.unreadableNames)
    guard given.isEmpty || given.contains([]) || !own.isSuperset(of: names) else { return }
    throw PushError.otherContent(path: path, names: Array(Set(names).subtracting(own)).sorted())
  }
}

/// What the target of an export has before anything is written.
struct HeldContent: Sendable {
  var blobs = BlobShelf()
  /// Nil where there is none yet.
  fileprivate(set) var layout: LayoutStore?

  /// The digests of the images that it has under the names that they are to get.
  func roots(of images: [ArchivedImage]) -> Set<Digest> {
    guard let layout else { return [] }
    return Set(images.filter { layout.holds($0) }.map(\.root.descriptor.digest))
  }
}
