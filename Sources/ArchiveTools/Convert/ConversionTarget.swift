import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import NIOCore
import NIOPosix
import SystemPackage
import Waiting

/// Where converted images go.
package enum ConversionTarget: Sendable {
  case archive(OutputPath, ArchiveFormat)
  case layout(LayoutStore)

  /// - Throws: `ArchiveError` where nothing can be written there.
  package init(_ output: ImageConversion.Output, volumeSize: Int64?) throws {
    switch output {
    case .archive(let path, let form):
      self = .archive(try OutputPath.check(FilePath(path), volumeSize: volumeSize), form)
    case .layout(let path): self = .layout(try LayoutStore(FilePath(path)))
    }
  }

  var path: FilePath {
    switch self {
    case .archive(let output, _): output.path
    case .layout(let store): store.path
    }
  }

  /// Where what is made on the way takes its space.
  ///
  /// - Throws: `ArchiveError` where nothing can be made there.
  package func folder() throws(FileError) -> FilePath {
    switch self {
    case .archive(let output, _): output.folder
    case .layout(let store): try store.blobFolder()
    }
  }

  /// What made way for blobs in a layout. Each is told once.
  func takeMovedFolders() -> [String] {
    if case .layout(let store) = self { store.takeMovedFolders().map(\.string) } else { [] }
  }

  var isLayout: Bool {
    if case .layout = self { true } else { false }
  }

  /// What is written; a layout is one of the OCI image specification.
  var form: ArchiveFormat {
    if case .archive(_, let form) = self { form } else { .oci }
  }

  /// Makes sure that nothing of an interrupted pull is in the way.
  ///
  /// - Throws: `ArchiveError`.
  package func checkForUnfinishedPull() throws(ArchiveError) {
    if case .archive(let output, _) = self { try output.checkForUnfinishedPull() }
  }
}

/// Writes converted images to their place.
struct ConversionWriter: Sendable {
  /// How many unfinished blobs of a layout are open at once.
  private static let openBlobs = 64

  let target: ConversionTarget
  /// Wait for other processes that write the same.
  let waits: Bool
  /// Throw away what an interrupted pull left.
  let replacesUnfinished: Bool
  let pause: @Sendable () async throws -> Void
  let stopwatch: Stopwatch
  let observe: @Sendable (TransferProgress) -> Void

  struct Written: Sendable {
    /// Bytes.
    let size: Int64
    /// The names of the images in a layout.
    let names: [String?]
  }

  /// - Parameter contents: all blobs of the images, by their digests.
  /// - Throws: `ArchiveError`; `CancellationError`; what `pause` throws.
  func write(_ images: [ArchivedImage], _ contents: [Digest: ContentOnDisk]) async throws -> Written {
    let plan = try ArchivePlan(images: images, form: target.form)
    let tally = BlobTally(of: plan, images, stopwatch: stopwatch, observe: observe)
    for blob in plan.blobs where contents[blob.digest] == nil {
      throw ArchiveError.unreadable(target.path, .missing(name: "\(blob.digest)"))
    }
    let assembly = BlobAssembly(contents: contents.mapValues { [$0] }, tally: tally) { content, fault in
      switch fault {
      case .gone: FileError.fileReplaced(content.path)
      case .truncated: ArchiveError.unreadable(content.path, .truncated)
      case .wrong: ArchiveError.unreadable(content.path, .wrongContent(name: content.name))
      }
    }
    switch target {
    case .archive(let output, _):
      var archive = try await PartialArchive.open(at: output) {
        guard waits else { throw FileError.lockedByOther(output.partialPath) }
        try await pause()
      }
      if !replacesUnfinished { archive = try archive.checkedForUnfinishedPull() }
      try await assembly.run(plan, into: archive)
      return Written(size: plan.size, names: [])
    case .layout(let store):
      let writer = LayoutWriter(store, leftovers: .discarded, openBlobs: Self.openBlobs, pause: waits ? pause : nil) {
        if case .present(let blob) = $0 { tally.placed([(blob.digest, blob.size)]) }
      }
      let names = try await writer.run(images, blobs: plan.blobs.map(\.descriptor)) { try await assembly.bring($0) }
      tally.finished()
      return Written(size: plan.blobs.reduce(0) { $0 + $1.size }, names: names)
    }
  }
}
