import BlobTransfer
import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// Fills the files of blobs on disk: with what is in memory, with copies, and with what is fetched; keeps their journals
/// meanwhile.
struct DiskFill: Sendable {
  /// How often what is written is sent on to the disk.
  static let writebackInterval: Duration = .milliseconds(100)
  /// After how many of these intervals it is made to outlast a power cut.
  static let durabilityInterval = 10
  /// Bytes in a row that make a record in the journal.
  static let recordInterval: Int64 = 1 << 20

  /// Blobs whose bytes are in memory already.
  let known: [Digest: [UInt8]]
  /// Where blobs stand on disk.
  let shelf: BlobShelf
  let sources: [any BlobSource]
  /// Told what becomes of the sources.
  let observeSources: @Sendable (SourceBoard.News) -> Void
  let connections: Int
  let bytesPerSecond: Int64?
  let retrier: Retrier
  /// For the machine's page cache.
  let isLarge: Bool
  let tracker: ProgressTracker

  /// A blob, its place, and what an earlier run left of it there.
  struct Place: Sendable {
    let descriptor: Descriptor
    let file: PartialArchive
    /// Where its first byte is in the file.
    let offset: Int64
    let present: RangeSet
  }

  /// - Returns: bytes that came over the network.
  /// - Throws: `RegistryError`; `ArchiveError`; `CancellationError`.
  func run(_ places: [Place]) async throws -> Int64 {
    let (blobs, elsewhere) = try await Workers.current.run { () throws -> ([BlobInFlight], [Int: StoredBlob]) in
      let blobs = try places.map { try begin($0) }
      return (blobs, stored(except: blobs))
    }
    let isResumed = blobs.map { $0.isWhole && known[$0.descriptor.digest] == nil }
    let copies = BlobCopies(elsewhere)
    let journal = JournalPacer(blobs, interval: Self.recordInterval)
    let fill = ArchiveFill(
      blobs: blobs, sources: sources, copies: copies,
      configuration: .init(connections: connections, bytesPerSecond: bytesPerSecond, retrier: retrier),
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
        group.addTask { try await keepDurable(blobs) }
        try await fill.run()
        group.cancelAll()
      }
    } catch {
      try journal.flush()
      guard let error = error as? any ClassifiedError, !(error is ArchiveError || error is FileError),
        let digest = fill.lostBlob
      else {
        throw error
      }
      throw LostBlob(digest: digest, error: error)
    }
    // A run that is killed before the file has its name has nothing to fetch again.
    try journal.flush()
    return fill.bytesFetched
  }

  private func begin(_ place: Place) throws -> BlobInFlight {
    var present = place.present
    if let bytes = known[place.descriptor.digest], !bytes.isEmpty {
      try bytes.withUnsafeBytes { try place.file.write($0, at: place.offset) }
      present.insert(0..<place.descriptor.size)
    }
    return BlobInFlight(
      descriptor: place.descriptor, offset: place.offset, archive: place.file, present: present)
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
  /// Of what is large for this machine, what is digested need not stay in the page cache.
  private func keepDurable(_ blobs: [BlobInFlight]) async throws {
    var files: [PartialArchive] = []
    for blob in blobs where files.last !== blob.archive { files.append(blob.archive) }
    var intervals = 0
    while true {
      try await retrier.clock.sleep(for: Self.writebackInterval)
      intervals += 1
      let isDue = intervals.isMultiple(of: Self.durabilityInterval)
      try await Workers.current.run { [files] in
        for file in files {
          if isDue { try file.makeDurable() } else { file.beginWriteback() }
        }
        if isDue, isLarge { for blob in blobs { blob.archive.releaseCache(blob.digestedRange) } }
      }
    }
  }
}
