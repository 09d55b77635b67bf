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
    case .layout(let path): self = .layout(try LayoutStore(FilePath(path).lexicallyNormalized()))
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
    let placed = try plan.blobs.map { blob throws(ArchiveError) in
      guard let content = contents[blob.digest] else {
        throw .unreadable(target.path, .missing(name: "\(blob.digest)"))
      }
      return content
    }
    switch target {
    case .archive(let output, _):
      var archive =
        waits ? try await PartialArchive.open(at: output, whileLocked: pause) : try PartialArchive(at: output)
      if !replacesUnfinished { archive = try archive.checkedForUnfinishedPull() }
      try await BlobAssembly(plan: plan, contents: placed.map { [$0] }, tally: tally, failure: Self.failure)
        .run(into: archive)
      return Written(size: plan.size, names: [])
    case .layout(let store):
      _ = try await inParallel(Array(placed.enumerated()), width: System.coreCount) { index, content in
        try await put(content, into: store) { tally.placed(index, $0) }
      }
      let names = try await Workers.current.run { try store.add(images) }
      tally.finished()
      return Written(size: placed.reduce(0) { $0 + $1.descriptor.size }, names: names)
    }
  }

  private static func failure(_ content: ContentOnDisk, _ outcome: ContentOnDisk.CopyOutcome) -> any Error {
    let isTruncated = if case .truncated = outcome { true } else { false }
    return ArchiveError.unreadable(content.path, isTruncated ? .truncated : .wrongContent(name: content.name))
  }

  /// Adds a blob to a layout, unless it is there.
  private func put(
    _ content: ContentOnDisk, into store: LayoutStore, _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws {
    let blob = content.descriptor
    while true {
      // Another process may have added it meanwhile.
      if let stored = store.blob(blob), try await StoredBlobReader(stored).isRight() {
        store.tidyUp(blob)
        return progress(blob.size)
      }
      let file: PartialArchive
      do { file = try store.beginCopy(blob) } catch {
        guard case .lockedByOther = error, waits else { throw error }
        try await pause()
        continue
      }
      do {
        try file.reserve(size: blob.size)
        let outcome = try await content.copy(to: file, at: 0, progress)
        guard case .right = outcome else { throw Self.failure(content, outcome) }
        return try await Workers.current.run {
          try store.finish(blob, file)
          store.tidyUp(blob)
        }
      } catch {
        try? file.discard()
        throw error
      }
    }
  }
}
