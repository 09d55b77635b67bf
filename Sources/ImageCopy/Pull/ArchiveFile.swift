import ArchiveTools
import FileAccess
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

/// The file that an archive is written to, and what becomes of what stands there.
struct ArchiveFile: Sendable {
  let output: OutputPath
  /// What tells the unfinished archive of these images from that of others.
  let images: Set<String>
  /// Throw an unfinished archive away instead of going on with it.
  var restarts = false
  /// Wait for another process that works on the same file.
  var waits = true
  /// Whether the very archive may stand there already, whatever the unfinished one says.
  var mayBeDone = true
  /// Where the archive goes by now; nil where that cannot change.
  var place: (@Sendable () throws -> OutputPath)?

  init(at output: OutputPath, images: Set<String>) {
    self.output = output
    self.images = images
  }

  /// The file of a pull.
  init(_ request: PullRequest, at output: OutputPath) {
    self.init(at: output, images: request.unfinishedNames)
    restarts = request.restarts
    waits = request.waits
    mayBeDone = request.reusesSiblings || request.reusedPaths.contains(output.path.string)
    if case .directory(let folder) = request.output {
      // The name was chosen before the first request: by now another process may have used it.
      place = { try OutputPath.check(request.path(in: FilePath(folder)), volumeSize: request.volumeSize) }
    }
  }
}

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
  /// - Returns: its path, which is another one where another process has put another image's archive there meanwhile.
  /// - Throws: ``LostBlob``; `RegistryError`; `ArchiveError`; `CancellationError`.
  func write(_ plan: ArchivePlan, to file: ArchiveFile) async throws -> Written {
    let archive = try await open(file)
    do {
      if try await isDone(archive, plan, file) {
        for blob in plan.blobs { tracker.finished(blob.digest, origin: .reused) }
        try await Workers.current.run { try archive.discard() }
        return Written(fetched: 0, path: archive.output.path, wasThere: true)
      }
      if !archive.isLocked { tracker.warning(.notLocked(path: archive.output.path.string)) }
      if archive.foundUnusableJournal {
        tracker.warning(.unusableJournal(path: archive.output.journalPath.string))
      }
      let held = try await Workers.current.run {
        if !file.restarts { try archive.checkIsUnfinished(plan, of: file.images) }
        return try archive.prepare(for: plan, images: file.images, restarts: file.restarts)
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

  private func open(_ file: ArchiveFile) async throws -> PartialArchive {
    var output = file.output
    while true {
      let archive = try await PartialArchive.open(at: output) {
        guard file.waits else { throw FileError.lockedByOther(output.partialPath) }
        try await retrier.clock.sleep(for: PartialArchive.lockInterval)
      }
      guard let place = file.place else { return archive }
      let now = try await Workers.current.run(place)
      guard now != output else { return archive }
      if archive.isNew { try archive.discard() }
      output = now
    }
  }

  /// Whether this very archive stands at its path already: an earlier pull left it, or one that was ended at its very last
  /// step, or another process has just finished it. A file of another image is told apart by its first bytes.
  private func isDone(_ archive: PartialArchive, _ plan: ArchivePlan, _ file: ArchiveFile) async throws -> Bool {
    let mayBeDone = archive.waitedForOther || archive.journal != nil || file.mayBeDone
    guard archive.isNew, mayBeDone, !file.restarts else { return false }
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
