import ArchiveTools
import FileAccess
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// Brings an image into an OCI layout on disk: fetches the blobs that the layout lacks, each into a file of its own, and
/// adds the image to its index.
///
/// Other processes may be at the same layout. A blob that one of them is fetching is left to it; once nothing else is
/// left to do, it is waited for.
struct LayoutDownload: Sendable {
  let store: LayoutStore
  let fill: DiskFill
  /// Whether bytes of an interrupted pull are thrown away.
  let restarts: Bool
  /// Whether it waits for blobs that other processes fetch.
  let waits: Bool
  /// How many unfinished blobs may be open at once.
  var openBlobs = OpenFileBudget.current.openBlobs

  /// - Parameter blobs: all of them but the documents, each once.
  /// - Returns: bytes that came over the network, and the names of the images in the layout.
  /// - Throws: `RegistryError`; `ArchiveError`; `CancellationError`.
  func run(
    _ images: [ArchivedImage], blobs: [Descriptor]
  ) async throws -> (fetched: Int64, names: [String?]) {
    let wrong = try await wrongBlobs(among: blobs)
    var missing = blobs.filter { store.blob($0) == nil || wrong.contains($0.digest) }
    for blob in blobs where !missing.contains(where: { $0.digest == blob.digest }) {
      store.tidyUp(blob)
      fill.tracker.finished(blob.digest, origin: .reused)
    }
    defer { for folder in store.takeMovedFolders() { fill.tracker.warning(.movedAside(path: folder.string)) } }
    var fetched: Int64 = 0
    var hasWarned = false
    while !missing.isEmpty {
      let (places, isOpen) = try await Workers.current.run { [missing] in
        try begin(missing.prefix(openBlobs), replacing: wrong)
      }
      if !hasWarned, places.contains(where: { !$0.file.isLocked }) {
        hasWarned = true
        fill.tracker.warning(.notLocked(path: store.path.string))
      }
      if let busy = isOpen.busy, places.isEmpty {
        guard waits else { throw busy }
        try await fill.retrier.clock.sleep(for: PartialArchive.lockInterval)
      } else {
        fetched += try await bring(places)
      }
      missing.removeAll { blob in
        isOpen.present.contains(blob.digest) || places.contains { $0.blob.digest == blob.digest }
      }
    }
    let names = try await Workers.current.run { try store.add(images) }
    return (fetched, names)
  }

  /// Blobs of the layout that are not what their names say. They are told of, and fetched anew.
  private func wrongBlobs(among blobs: [Descriptor]) async throws -> Set<Digest> {
    try await withThrowingTaskGroup(of: Digest?.self) { group in
      var wrong: Set<Digest> = []
      let note = { (digest: Digest?) in
        guard let digest else { return }
        wrong.insert(digest)
        fill.tracker.warning(.wrongCopy(path: store.path.string, digest: digest))
      }
      var count = 0
      for blob in blobs {
        guard let stored = store.blob(blob) else { continue }
        // Each is an open file until it is read.
        if count >= openBlobs, let digest = try await group.next() { note(digest) }
        group.addTask { try await StoredBlobReader(stored).isRight() ? nil : blob.digest }
        count += 1
      }
      for try await digest in group { note(digest) }
      return wrong
    }
  }

  private struct Openings {
    /// Why one could not be opened: another process has it.
    var busy: FileError?
    /// Those that another process has finished meanwhile.
    var present: Set<Digest> = []
  }

  private func begin(
    _ blobs: some Sequence<Descriptor>, replacing wrong: Set<Digest>
  ) throws -> ([FilePlace], Openings) {
    var places: [FilePlace] = []
    var openings = Openings()
    do {
      for blob in blobs {
        let file: PartialArchive
        do { file = try store.begin(blob) } catch {
          guard case .lockedByOther = error else { throw error }
          openings.busy = error
          continue
        }
        if store.blob(blob) != nil, !wrong.contains(blob.digest) {
          try file.discard()
          openings.present.insert(blob.digest)
          fill.tracker.finished(blob.digest, origin: .reused)
        } else {
          places.append(try begin(blob, in: file))
        }
      }
    } catch {
      leave(places)
      throw error
    }
    return (places, openings)
  }

  private func begin(_ blob: Descriptor, in file: PartialArchive) throws -> FilePlace {
    do { return try place(of: blob, in: file) } catch {
      if file.holdsNothing { try? file.discard() }
      throw error
    }
  }

  /// What an earlier run left of a blob stays.
  private func place(of blob: Descriptor, in file: PartialArchive) throws -> FilePlace {
    var present = RangeSet()
    if !restarts, !file.isNew, let held = file.journal?.blobs[blob.digest], held.size == blob.size, held.offset == 0 {
      present = held.ranges
    }
    try file.reserve(size: blob.size)
    let place = ArchivePlan.Blob(descriptor: blob, offset: 0)
    try file.startJournal(plan: blob.digest, keeping: present.ranges.map { TransferJournal.Claim(place, $0) })
    return FilePlace(blob, in: file, at: 0, holding: present)
  }

  private func bring(_ places: [FilePlace]) async throws -> Int64 {
    do {
      let fetched = try await fill.run(places)
      try await Workers.current.run {
        for place in places { try store.finish(place.blob, place.file) }
      }
      return fetched
    } catch {
      leave(places)
      throw error
    }
  }

  /// What is there stays, so that the same command goes on from it; files without a byte of a blob do not.
  /// What cannot be tidied up must not hide why.
  private func leave(_ places: [FilePlace]) {
    for place in places {
      if place.file.holdsNothing { try? place.file.discard() } else { try? place.file.makeDurable() }
    }
  }
}

extension OpenFileBudget {
  /// How many unfinished blobs may be open beside the connections: each is a file, its journal and its folder.
  var openBlobs: Int { max(1, min(256, (limit - Self.reserve) / 4 / 3)) }
}
