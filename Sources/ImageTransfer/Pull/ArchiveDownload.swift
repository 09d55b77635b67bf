import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient

/// Why an archive is not complete, where that is a matter of one blob.
struct LostBlob: Error {
  let digest: Digest
  let error: any ClassifiedError
}

/// Brings one planned archive into a file: finds what is there already, fetches the rest, and puts the finished
/// file under its name.
struct ArchiveDownload: Sendable {
  /// How often what is written is sent on to the disk.
  static let writebackInterval: Duration = .milliseconds(100)
  /// After how many of these intervals it is made to outlast a power cut.
  static let durabilityInterval = 10
  /// How often a process that waits for another looks again.
  static let lockInterval: Duration = .milliseconds(200)
  /// Bytes in a row that make a record in the journal.
  static let recordInterval: Int64 = 1 << 20

  let plan: ArchivePlan
  /// Blobs whose bytes are in memory already.
  let known: [Digest: [UInt8]]
  /// Where blobs stand on disk.
  let shelf: BlobShelf
  let sources: [any BlobSource]
  /// Told what becomes of the sources.
  let observeSources: @Sendable (SourceBoard.News) -> Void
  let connections: Int
  let retrier: Retrier
  let request: PullRequest
  /// For the machine's page cache.
  let isLarge: Bool
  let tracker: ProgressTracker

  /// - Returns: bytes that came over the network.
  /// - Throws: ``LostBlob``; `RegistryError`; `ArchiveError`; `CancellationError`.
  func run(to output: OutputPath) async throws -> Int64 {
    let archive = try await open(output)
    do {
      if try isDone(archive) {
        for blob in plan.blobs { tracker.finished(blob.digest, origin: .reused) }
        try archive.discard()
        return 0
      }
      if archive.foundUnusableJournal { tracker.warning(.unusableJournal(path: output.journalPath.string)) }
      let resumption = try Resumption(archive, plan: plan, restart: request.restarts)
      let fetched = try await fill(archive, present: resumption.present)
      try await NIOThreadPool.singleton.runIfActive {
        try archive.commit()
        if isLarge { archive.releaseCache(0..<plan.size) }
      }
      return fetched
    } catch {
      try leave(archive)
      throw error
    }
  }

  private func open(_ output: OutputPath) async throws -> PartialArchive {
    guard request.waits else { return try PartialArchive(at: output) }
    return try await PartialArchive.open(at: output) { try await retrier.clock.sleep(for: Self.lockInterval) }
  }

  /// Whether this very archive stands at its path already: an earlier pull left it, or one that was ended at its very last
  /// step, or another process has just finished it. A file of another image is told apart by its first bytes.
  private func isDone(_ archive: PartialArchive) throws -> Bool {
    let mayBeDone = archive.waitedForOther || archive.journal != nil || request.reusesSiblings
    guard archive.isNew, mayBeDone, !request.restarts else { return false }
    return try plan.isStored(at: archive.output.path)
  }

  /// What is there stays, so that the same command goes on from it; an archive without a byte of any blob does not.
  private func leave(_ archive: PartialArchive) throws {
    if archive.holdsNothing { try archive.discard() } else { try archive.makeDurable() }
  }

  private func fill(_ archive: PartialArchive, present: [Digest: RangeSet]) async throws -> Int64 {
    let blobs = try plan.blobs.map { blob in
      var there = present[blob.digest] ?? RangeSet()
      if let bytes = known[blob.digest], !bytes.isEmpty {
        try bytes.withUnsafeBytes { try archive.write($0, at: blob.offset) }
        there.insert(0..<blob.size)
      }
      return BlobInFlight(descriptor: blob.descriptor, offset: blob.offset, archive: archive, present: there)
    }
    let isResumed = blobs.map { $0.isWhole && known[$0.descriptor.digest] == nil }
    let copies = BlobCopies(stored(except: blobs), into: archive)
    let journal = JournalPacer(archive: archive, plan: plan, interval: Self.recordInterval)
    let fill = ArchiveFill(
      blobs: blobs, sources: sources, copies: copies, configuration: .init(connections: connections, retrier: retrier),
      record: { try journal.record($0, $1) },
      observe: { event in
        switch event {
        case .progress(let fetched, let isLast):
          tracker.progress(blobs.map { ($0.descriptor.digest, $0.writtenCount) }, fetched: fetched, isLast: isLast)
        case .verified(let index):
          let isKept = isResumed[index] && blobs[index].generation == 0
          let origin: BlobOrigin = isKept ? .resumed : copies.source(of: index) != nil ? .reused : .registry
          tracker.finished(blobs[index].descriptor.digest, origin: origin)
        case .wrongCopy(let index, let path):
          tracker.warning(.wrongCopy(path: path, digest: blobs[index].descriptor.digest))
        case .sources(let news): observeSources(news)
        case .wrongBytes(let index, let source):
          tracker.warning(.wrongBytes(host: source, digest: blobs[index].descriptor.digest))
        }
      })
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await keepDurable(archive, blobs) }
        try await fill.run()
        group.cancelAll()
      }
    } catch {
      try journal.flush()
      guard let error = error as? any ClassifiedError, !(error is ArchiveError), let digest = fill.lostBlob else {
        throw error
      }
      throw LostBlob(digest: digest, error: error)
    }
    // A run that is killed before the file has its name has nothing to fetch again.
    try journal.flush()
    return fill.bytesFetched
  }

  /// The blobs that stand on disk elsewhere, by their index, but for those that are whole.
  private func stored(except blobs: [BlobInFlight]) -> [Int: StoredBlob] {
    let found = blobs.enumerated().compactMap { index, blob -> (Int, StoredBlob)? in
      guard !blob.isWhole else { return nil }
      return shelf.blob(blob.descriptor.digest, size: blob.descriptor.size).map { (index, $0) }
    }
    return Dictionary(found) { first, _ in first }
  }

  /// Sends what is written on to the disk, and now and then makes it outlast a power cut, off the connections' threads.
  /// Of an archive that is large for this machine, what is digested need not stay in the page cache.
  private func keepDurable(_ archive: PartialArchive, _ blobs: [BlobInFlight]) async throws {
    var intervals = 0
    while true {
      try await retrier.clock.sleep(for: Self.writebackInterval)
      intervals += 1
      let isDue = intervals.isMultiple(of: Self.durabilityInterval)
      try await NIOThreadPool.singleton.runIfActive {
        guard isDue else { return archive.beginWriteback() }
        try archive.makeDurable()
        if isLarge { for blob in blobs { archive.releaseCache(blob.digestedRange) } }
      }
    }
  }
}
