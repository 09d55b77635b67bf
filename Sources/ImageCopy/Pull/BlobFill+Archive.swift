import ArchiveTools
import FileAccess
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

extension BlobFill {
  /// What was written.
  struct Written: Sendable {
    /// Bytes that came over the network.
    let fetched: Int64
    /// The archive or the layout; nil for a stream.
    let path: FilePath?
    /// The names of the images in a layout.
    var layoutNames: [String?] = []
    /// Whether the very archive stood there already, and nothing was written.
    var wasThere = false
  }

  /// Brings a planned archive into a file: finds what is there already, fetches the rest, and puts the finished file under its
  /// name.
  ///
  /// - Parameters:
  ///   - images: what tells the unfinished archive of these images from that of others.
  ///   - restarts: throw an unfinished archive away instead of going on with it.
  ///   - waits: wait for another process that works on the same file.
  ///   - mayBeDone: whether the very archive may stand there already, whatever the unfinished one says.
  ///   - place: where the archive goes by now; nil where that cannot change.
  /// - Returns: its path, which is another one where another process has put another image's archive there meanwhile.
  /// - Throws: ``LostBlob``; `RegistryError`; `ArchiveError`; `CancellationError`.
  func write(
    _ plan: ArchivePlan, to output: OutputPath, images: Set<String>, restarts: Bool = false, waits: Bool = true,
    mayBeDone: Bool = true, place: (@Sendable () throws -> OutputPath?)? = nil
  ) async throws -> Written {
    let archive = try await open(output, waits: waits, place)
    do {
      if !restarts, try await isDone(archive, plan, mayBeDone) {
        for blob in plan.blobs { tracker.finished(blob.digest, origin: .reused) }
        try await Workers.current.run { try archive.discard() }
        return Written(fetched: 0, path: archive.output.path, wasThere: true)
      }
      if !archive.isLocked { tracker.warning(.notLocked(path: archive.output.path.string)) }
      if archive.foundUnusableJournal {
        tracker.warning(.unusableJournal(path: archive.output.journalPath.string))
      }
      let held = try await Workers.current.run {
        if !restarts { try archive.checkIsUnfinished(plan, of: images) }
        return try archive.prepare(for: plan, images: images, restarts: restarts)
      }
      let fetched = try await run(
        plan.blobs.map { blob in
          BlobPlace(blob.descriptor, in: archive, at: blob.offset, holding: held[blob.digest] ?? RangeSet())
        })
      try await archive.finish()
      if isLarge { try? await Workers.current.run { archive.releaseCache(0..<plan.size) } }
      return Written(fetched: fetched, path: archive.output.path)
    } catch {
      await leave(archive)
      throw error
    }
  }

  private func open(
    _ output: OutputPath, waits: Bool, _ place: (@Sendable () throws -> OutputPath?)?
  ) async throws -> PartialArchive {
    var output = output
    while true {
      let archive = try await PartialArchive.open(at: output) {
        guard waits else { throw FileError.lockedByOther(output.partialPath) }
        try await retrier.clock.sleep(for: PartialArchive.lockInterval)
      }
      guard let place, let now = try await Workers.current.run(place), now != output else { return archive }
      if archive.isNew { try archive.discard() }
      output = now
    }
  }

  /// Whether this very archive stands at its path already: an earlier pull left it, or one that was ended at its very last
  /// step, or another process has just finished it. A file of another image is told apart by its first bytes.
  private func isDone(_ archive: PartialArchive, _ plan: ArchivePlan, _ mayBeDone: Bool) async throws -> Bool {
    guard archive.isNew, archive.waitedForOther || archive.journal != nil || mayBeDone else { return false }
    return try await CancellationFlag.run { try plan.isStored(at: archive.output.path, check: $0.check) }
  }

  /// What is there stays, so that the same command goes on from it; an archive without a byte of any blob does not.
  /// What cannot be tidied up must not hide why.
  private func leave(_ archive: PartialArchive) async {
    try? await Workers.current.runAlsoCancelled {
      if archive.holdsNothing { try archive.discard() } else { try archive.makeDurable() }
    }
  }
}
