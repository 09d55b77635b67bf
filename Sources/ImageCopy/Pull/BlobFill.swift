import ArchiveTools
import BlobTransfer
import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// Why an archive is not complete, where that is a matter of one blob.
struct LostBlob: Error {
  let digest: Digest
  let error: any ClassifiedError
}

/// Brings blobs to where an archive or a layout wants them: what is in memory, copies of what stands on disk, and what is
/// fetched. On disk it keeps their journals meanwhile.
struct BlobFill: Sendable {
  /// How often what is written is sent on to the disk.
  static let writebackInterval: Duration = .milliseconds(100)
  /// After how many of these intervals it is made to outlast a power cut.
  static let durabilityInterval = 10

  /// Blobs whose bytes are in memory already.
  let known: [Digest: [UInt8]]
  /// Where a blob stands on disk.
  let stored: @Sendable (Descriptor) -> StoredBlob?
  let sources: ArchiveSources
  let connections: Int
  let bytesPerSecond: Int64?
  let retrier: Retrier
  /// For the machine's page cache.
  let isLarge: Bool
  let tracker: ProgressTracker
  /// What ends the transfer where what stands on disk is not the blob; nil where it is fetched then.
  var failure: @Sendable (StoredBlob) -> (any Error)? = { _ in nil }

  /// Fills the places of blobs in files.
  ///
  /// - Returns: bytes that came over the network.
  /// - Throws: ``LostBlob``; `RegistryError`; `ArchiveError`; `CancellationError`.
  func run(_ places: [BlobPlace]) async throws -> Int64 {
    try await Workers.current.run {
      for place in places { if let bytes = known[place.blob.digest] { try place.fill(bytes) } }
    }
    let transfer = PlacedTransfer(
      into: places, from: sources.sources, copies: copies(places), connections: connections,
      bytesPerSecond: bytesPerSecond, retrier: retrier, threads: Workers.current.pool, observeSources: sources.note
    ) { event in
      switch event {
      case .progress(let received, let fetched, let isLast):
        tracker.progress(
          zip(places, received).map { ($0.blob.digest, $1) }, fetched: fetched, isLast: isLast)
      case .verified(let index, let isCopied, let isKept):
        let digest = places[index].blob.digest
        let isResumed = isKept && known[digest] == nil
        tracker.finished(digest, origin: isResumed ? .resumed : isCopied ? .reused : .registry)
      case .wrongCopy(let index, let path):
        tracker.warning(.wrongCopy(path: path, digest: places[index].blob.digest))
      case .wrongBytes(let index, let source):
        tracker.warning(.wrongBytes(host: source, digest: places[index].blob.digest))
      }
    }
    var end: (any Error)?
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await keepDurable(places, transfer) }
        try await transfer.run()
        group.cancelAll()
      }
    } catch {
      end = (error as? WrongBlob).map { RegistryError($0) } ?? error
    }
    // A run that is killed before the file has its name has nothing to fetch again.
    try await Workers.current.runAlsoCancelled { for place in places { try place.flush() } }
    guard let end else { return transfer.bytesFetched }
    guard let failure = end as? any ClassifiedError, !(failure is ArchiveError || failure is FileError),
      let index = transfer.lostBlob
    else { throw end }
    throw LostBlob(digest: places[index].blob.digest, error: failure)
  }

  /// The blobs that stand on disk elsewhere, by their index, but for those that are whole.
  private func copies(_ places: [BlobPlace]) -> [Int: [BlobCopy]] {
    var copies: [Int: [BlobCopy]] = [:]
    for (index, place) in places.enumerated() where !place.held.contains(0..<place.blob.size) {
      guard let stored = stored(place.blob) else { continue }
      let failure = failure(stored).map { error in { @Sendable (_: BlobCopy.Fault) in error } }
      copies[index] = [place.copy(of: ContentOnDisk(stored, place.blob), failure: failure)]
    }
    return copies
  }

  /// Sends what is written on to the disk, and now and then makes it outlast a power cut, off the connections' threads.
  /// Of what is large for this machine, what is digested need not stay in the page cache.
  private func keepDurable(_ places: [BlobPlace], _ transfer: PlacedTransfer) async throws {
    let files = places.files
    var intervals = 0
    while true {
      try await retrier.clock.sleep(for: Self.writebackInterval)
      intervals += 1
      let isDue = intervals.isMultiple(of: Self.durabilityInterval)
      try await Workers.current.run {
        for file in files {
          if isDue { try file.makeDurable() } else { file.beginWriteback() }
        }
        guard isDue, isLarge else { return }
        for (place, count) in zip(places, transfer.digestedCounts) {
          place.file.releaseCache(place.offset..<place.offset + count)
        }
      }
    }
  }
}
