import ArchiveTools
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

extension PullRequest.Output {
  /// The layout that images are added to; nil for an archive.
  var layout: String? {
    if case .layout(let path) = self { path } else { nil }
  }
}

extension ImagePull {
  func fetch(
    _ images: [ArchivedImage], blobs: [Descriptor], _ request: PullRequest, into store: LayoutStore, by fill: DiskFill
  ) async throws -> Fetched {
    let tracker = fill.tracker
    defer { for folder in store.takeMovedFolders() { tracker.warning(.movedAside(path: folder.string)) } }
    let pause = { @Sendable in try await retrier.clock.sleep(for: PartialArchive.lockInterval) }
    let writer = LayoutWriter(
      store, leftovers: .kept(restarts: request.restarts), openBlobs: OpenFileBudget.current.openBlobs,
      pause: request.waits ? pause : nil
    ) { event in
      switch event {
      case .present(let blob): tracker.finished(blob.digest, origin: .reused)
      case .wrong(let blob): tracker.warning(.wrongCopy(path: store.path.string, digest: blob.digest))
      case .notLocked: tracker.warning(.notLocked(path: store.path.string))
      }
    }
    var fetched: Int64 = 0
    let names = try await writer.run(images, blobs: blobs) { fetched += try await fill.run($0) }
    return Fetched(bytes: fetched, path: store.path, layoutNames: names)
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

extension OpenFileBudget {
  /// How many unfinished blobs may be open beside the connections: each is a file, its journal and its folder.
  fileprivate var openBlobs: Int { max(1, min(256, (limit - Self.reserve) / 4 / 3)) }
}
