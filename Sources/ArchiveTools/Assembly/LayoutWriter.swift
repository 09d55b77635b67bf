import FileAccess
import ImageArchive
import ImageModel
import Waiting

/// Brings images into an OCI layout on disk: the blobs that the layout lacks, each into a file of its own that gets its name
/// as soon as it is whole, and then the images' entries in the index.
///
/// Other processes may be at the same layout. A blob that one of them is writing is left to it; once nothing else is left to
/// do, it is waited for.
package struct LayoutWriter: Sendable {
  package enum Event: Sendable {
    /// A blob was there already.
    case present(Descriptor)
    /// A blob of the layout is not what its name says. It is replaced.
    case wrong(Descriptor)
    /// Nothing keeps other processes from the files.
    case notLocked
  }

  /// What becomes of blobs that are not whole in the end.
  package enum Leftovers: Sendable {
    /// They stay, and a later run goes on from them, unless it is to begin anew.
    case kept(restarts: Bool)
    case discarded
  }

  let store: LayoutStore
  let leftovers: Leftovers
  /// How many unfinished blobs may be open at once.
  let openBlobs: Int
  /// Waits a while for other processes that write the same blobs; nil where they are not waited for.
  let pause: (@Sendable () async throws -> Void)?
  let observe: @Sendable (Event) -> Void

  package init(
    _ store: LayoutStore, leftovers: Leftovers, openBlobs: Int, pause: (@Sendable () async throws -> Void)?,
    observe: @escaping @Sendable (Event) -> Void
  ) {
    self.store = store
    self.leftovers = leftovers
    self.openBlobs = openBlobs
    self.pause = pause
    self.observe = observe
  }

  /// - Parameters:
  ///   - blobs: all of them but the documents, each once.
  ///   - bring: fills places, and finishes each.
  /// - Returns: the names of the images in the layout.
  /// - Throws: `ArchiveError`; what `bring` and `pause` throw; `CancellationError`.
  package func run(
    _ images: [ArchivedImage], blobs: [Descriptor], bring: ([BlobPlace]) async throws -> Void
  ) async throws -> [String?] {
    let wrong = try await wrongBlobs(among: blobs)
    var missing = blobs.filter { store.blob($0) == nil || wrong.contains($0.digest) }
    let lacking = Set(missing.map(\.digest))
    for blob in blobs where !lacking.contains(blob.digest) {
      store.tidyUp(blob)
      observe(.present(blob))
    }
    var hasWarned = false
    while !missing.isEmpty {
      let opened = try await Workers.current.run { [missing] in try begin(missing.prefix(openBlobs), replacing: wrong) }
      if !hasWarned, opened.places.contains(where: { !$0.file.isLocked }) {
        hasWarned = true
        observe(.notLocked)
      }
      if let busy = opened.busy, opened.places.isEmpty {
        guard let pause else { throw busy }
        try await pause()
      } else {
        do { try await bring(opened.places) } catch {
          try? await Workers.current.runAlsoCancelled { leave(opened.places) }
          throw error
        }
      }
      let done = opened.present.union(opened.places.map(\.blob.digest))
      missing.removeAll { done.contains($0.digest) }
    }
    return try await Workers.current.run { try store.add(images) }
  }

  private func wrongBlobs(among blobs: [Descriptor]) async throws -> Set<Digest> {
    // Each is an open file until it is read.
    let wrong = try await inParallel(blobs, width: openBlobs) { blob -> Digest? in
      guard let stored = store.blob(blob), try await !StoredBlobReader(stored).isRight() else { return nil }
      observe(.wrong(blob))
      return blob.digest
    }
    return Set(wrong.compactMap(\.self))
  }

  private struct Opened: Sendable {
    var places: [BlobPlace] = []
    /// Why one could not be opened: another process has it.
    var busy: FileError?
    /// Those that another process has finished meanwhile.
    var present: Set<Digest> = []
  }

  private func begin(_ blobs: some Sequence<Descriptor>, replacing wrong: Set<Digest>) throws -> Opened {
    var opened = Opened()
    do {
      for blob in blobs {
        let file: PartialArchive
        do { file = try open(blob) } catch {
          guard case .lockedByOther = error else { throw error }
          opened.busy = error
          continue
        }
        if store.blob(blob) != nil, !wrong.contains(blob.digest) {
          try file.discard()
          opened.present.insert(blob.digest)
          observe(.present(blob))
        } else {
          opened.places.append(try place(of: blob, in: file))
        }
      }
    } catch {
      leave(opened.places)
      throw error
    }
    return opened
  }

  private func open(_ blob: Descriptor) throws(FileError) -> PartialArchive {
    if case .discarded = leftovers { try store.beginCopy(blob) } else { try store.begin(blob) }
  }

  private func place(of blob: Descriptor, in file: PartialArchive) throws -> BlobPlace {
    do {
      try file.reserve(size: blob.size)
      let held = try held(of: blob, in: file)
      return BlobPlace(blob, in: file, holding: held ?? RangeSet(), isNoted: held != nil) { [store] in
        try store.finish(blob, file)
        if held == nil { store.tidyUp(blob) }
      }
    } catch {
      if file.holdsNothing { try? file.discard() }
      throw error
    }
  }

  /// What an earlier run left of a blob; nil where nothing is kept.
  private func held(of blob: Descriptor, in file: PartialArchive) throws -> RangeSet? {
    guard case .kept(let restarts) = leftovers else { return nil }
    var held = RangeSet()
    if !restarts, !file.isNew, let known = file.journal?.blobs[blob.digest], known.size == blob.size, known.offset == 0
    {
      held = known.ranges
    }
    let place = ArchivePlan.Blob(descriptor: blob, offset: 0)
    try file.startJournal(plan: blob.digest, keeping: held.ranges.map { TransferJournal.Claim(place, $0) })
    return held
  }

  /// What is kept stays, so that the same command goes on from it, but for files without a byte of a blob. What cannot be
  /// tidied up must not hide why.
  private func leave(_ places: [BlobPlace]) {
    for place in places {
      if place.file.holdsNothing { try? place.file.discard() } else { try? place.file.makeDurable() }
    }
  }
}
