import ArchiveTools
import FileAccess
import ImageArchive
import ImageModel
import RegistryClient
import SystemPackage
import Waiting

extension ImagePull {
  /// Brings a planned archive into a file: finds what is there already, fetches the rest, and puts the finished file under its
  /// name.
  ///
  /// - Returns: not at `output` where another process has put another image's archive there meanwhile.
  /// - Throws: ``LostBlob``; `RegistryError`; `ArchiveError`; `CancellationError`.
  func fetch(
    _ plan: ArchivePlan, _ request: PullRequest, into output: OutputPath, by fill: DiskFill
  ) async throws -> Fetched {
    let archive = try await open(output, request)
    do {
      if try await isDone(archive, plan, request) {
        for blob in plan.blobs { fill.tracker.finished(blob.digest, origin: .reused) }
        try await Workers.current.run { try archive.discard() }
        return Fetched(bytes: 0, path: archive.output.path)
      }
      if !archive.isLocked { fill.tracker.warning(.notLocked(path: output.path.string)) }
      if archive.foundUnusableJournal { fill.tracker.warning(.unusableJournal(path: output.journalPath.string)) }
      let images = request.unfinishedNames
      let held = try await Workers.current.run {
        if !request.restarts { try archive.checkIsUnfinished(plan, of: images) }
        return try archive.prepare(for: plan, images: images, restarts: request.restarts)
      }
      let fetched = try await fill.run(
        plan.blobs.map { blob in
          BlobPlace(blob.descriptor, in: archive, at: blob.offset, holding: held[blob.digest] ?? RangeSet())
        })
      try await archive.finish()
      if fill.isLarge { try? await Workers.current.run { archive.releaseCache(0..<plan.size) } }
      return Fetched(bytes: fetched, path: archive.output.path)
    } catch {
      await leave(archive)
      throw error
    }
  }

  private func open(_ output: OutputPath, _ request: PullRequest) async throws -> PartialArchive {
    let archive = try await PartialArchive.open(at: output) {
      guard request.waits else { throw FileError.lockedByOther(output.partialPath) }
      try await retrier.clock.sleep(for: PartialArchive.lockInterval)
    }
    // The name was chosen before the first request: by now another process may have used it.
    guard case .directory(let folder) = request.output else { return archive }
    let now = try await Workers.current.run {
      try OutputPath.check(request.path(in: FilePath(folder)), volumeSize: request.volumeSize)
    }
    guard now != output else { return archive }
    if archive.isNew { try archive.discard() }
    return try await open(now, request)
  }

  /// Whether this very archive stands at its path already: an earlier pull left it, or one that was ended at its very last
  /// step, or another process has just finished it. A file of another image is told apart by its first bytes.
  private func isDone(
    _ archive: PartialArchive, _ plan: ArchivePlan, _ request: PullRequest
  ) async throws -> Bool {
    let mayBeDone =
      archive.waitedForOther || archive.journal != nil || request.reusesSiblings
      || request.reusedPaths.contains(archive.output.path.string)
    guard archive.isNew, mayBeDone, !request.restarts else { return false }
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
