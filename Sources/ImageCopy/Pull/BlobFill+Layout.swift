import ArchiveTools
import ImageArchive
import ImageModel
import Waiting

extension BlobFill {
  /// Adds images to a layout: the blobs that it lacks, then the entries of the images.
  ///
  /// - Parameters:
  ///   - restarts: throw unfinished blobs away instead of going on with them.
  ///   - waits: wait for other processes that write the same blobs.
  /// - Throws: ``LostBlob``; `RegistryError`; `ArchiveError`; `CancellationError`.
  func write(
    _ images: [ArchivedImage], blobs: [Descriptor], into store: LayoutStore, restarts: Bool = false, waits: Bool = true
  ) async throws -> Written {
    defer { for folder in store.takeMovedFolders() { tracker.warning(.movedAside(path: folder.string)) } }
    let pause = { @Sendable in try await retrier.clock.sleep(for: PartialArchive.lockInterval) }
    let writer = LayoutWriter(
      store, leftovers: .kept(restarts: restarts), openBlobs: OpenFileBudget.current.openBlobs,
      pause: waits ? pause : nil
    ) { event in
      switch event {
      case .present(let blob): tracker.finished(blob.digest, origin: .reused)
      case .wrong(let blob): tracker.warning(.wrongCopy(path: store.path.string, digest: blob.digest))
      case .notLocked: tracker.warning(.notLocked(path: store.path.string))
      }
    }
    var fetched: Int64 = 0
    let names = try await writer.run(images, blobs: blobs) { fetched += try await run($0) }
    return Written(fetched: fetched, path: store.path, layoutNames: names)
  }
}

extension OpenFileBudget {
  /// How many unfinished blobs may be open beside the connections: each is a file, its journal and its folder.
  fileprivate var openBlobs: Int { max(1, min(256, (limit - Self.reserve) / 4 / 3)) }
}
