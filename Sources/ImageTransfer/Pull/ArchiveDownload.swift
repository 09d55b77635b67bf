import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient
import Synchronization
import SystemPackage

/// Brings one planned archive into a file: finds what is there already, fetches the rest, and puts the finished
/// file under its name.
struct ArchiveDownload: Sendable {
  /// How often what is written is made to outlast a power cut.
  static let durabilityInterval: Duration = .seconds(1)
  /// How often a process that waits for another looks again.
  static let lockInterval: Duration = .milliseconds(200)
  /// Bytes that a connection writes before the journal says so.
  static let recordInterval: Int64 = 1 << 20

  let plan: ArchivePlan
  /// Blobs whose bytes are in memory already.
  let known: [Digest: [UInt8]]
  let source: any BlobSource
  let connections: Int
  let retrier: Retrier
  let request: PullRequest
  let tracker: ProgressTracker

  /// - Returns: bytes that came over the network.
  /// - Throws: `RegistryError`; `ArchiveError`; `CancellationError`.
  func run(to output: FilePath) async throws -> Int64 {
    let opened: PartialArchive.Opened
    do {
      opened = try await PartialArchive.open(
        output: output, plan: plan, restart: request.restarts, lock: request.waits ? .wait : .tryOnce
      ) {
        try await retrier.clock.sleep(for: Self.lockInterval)
        if plan.isHeld(by: output) { throw DoneByAnother() }
      }
    } catch is DoneByAnother {
      for blob in plan.blobs { tracker.finished(blob.descriptor.digest, origin: .reused) }
      return 0
    }
    do {
      let fetched = try await fill(opened.archive, present: opened.present)
      try await NIOThreadPool.singleton.runIfActive { try opened.archive.commit() }
      return fetched
    } catch {
      // What is there stays, so that the same command goes on from it. Not on the pool: a cancelled task would not
      // get there.
      try opened.archive.close()
      throw error
    }
  }

  private struct DoneByAnother: Error {}

  private func fill(_ archive: PartialArchive, present: [Digest: RangeSet]) async throws -> Int64 {
    let blobs = try plan.blobs.map { blob in
      let digest = blob.descriptor.digest
      var there = present[digest] ?? RangeSet()
      if let bytes = known[digest], !bytes.isEmpty {
        try bytes.withUnsafeBytes { try archive.write($0, at: blob.offset) }
        there.insert(0..<blob.descriptor.size)
      }
      return BlobInFlight(descriptor: blob.descriptor, offset: blob.offset, archive: archive, present: there)
    }
    let resumed = blobs.map(\.isWhole)
    let journal = JournalPacer(archive: archive, interval: Self.recordInterval)
    let fill = ArchiveFill(
      blobs: blobs, source: source, configuration: .init(connections: connections, retrier: retrier),
      record: { try journal.record($0, $1) }
    ) { event in
      switch event {
      case .progress(let fetched, let isLast):
        tracker.progress(blobs.map { ($0.descriptor.digest, $0.writtenCount) }, fetched: fetched, isLast: isLast)
      case .verified(let index):
        let digest = blobs[index].descriptor.digest
        let isResumed = resumed[index] && blobs[index].generation == 0 && known[digest] == nil
        tracker.finished(digest, origin: isResumed ? .resumed : .registry)
      case .wrongBytes(let index, let source):
        tracker.warning(.wrongBytes(host: source, digest: blobs[index].descriptor.digest))
      }
    }
    defer { try? journal.flush() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await keepDurable(archive) }
      try await fill.run()
      group.cancelAll()
    }
    return fill.bytesFetched
  }

  /// Makes what is written outlast a power cut, now and then, off the connections' threads.
  private func keepDurable(_ archive: PartialArchive) async throws {
    while true {
      try await retrier.clock.sleep(for: Self.durabilityInterval)
      try await NIOThreadPool.singleton.runIfActive { try archive.makeDurable() }
    }
  }
}
