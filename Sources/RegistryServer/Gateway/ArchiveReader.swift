import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Reads archives by their plans: what is here from here, and the rest from registries.
final class ArchiveReader: Sendable {
  /// Blobs that came with wrong bytes, and for how long no part of them is given.
  private static let wrongBlobs = (limit: 1_024, lifetime: Duration.seconds(600))

  private let here: LocalBlobs
  private let memory: ReadAheadMemory
  private let wrong: Mutex<BoundedTable<Digest, Bool>>
  private let time: Stopwatch

  /// - Parameter memory: bytes that all readers together hold of what registries send.
  init(_ here: LocalBlobs, memory: Int64, clock: any Clock<Duration>) {
    self.here = here
    self.memory = ReadAheadMemory(memory)
    time = Stopwatch(clock)
    wrong = Mutex(BoundedTable(limit: Self.wrongBlobs.limit, lifetime: Self.wrongBlobs.lifetime))
  }

  private func isWrong(_ digest: Digest) -> Bool { wrong.withLock { $0[digest, at: time.elapsed] } != nil }

  /// A part of a blob cannot be checked: none is given of one that came with wrong bytes a while ago.
  func checkParts(of archive: PlannedArchive, in range: Range<Int64>) throws(GatewayError) {
    for case .blob(let blob, let part) in archive.plan.segments(in: range) where part != 0..<blob.size {
      if isWrong(blob.digest) { throw .wrongBytes(blob.digest) }
    }
  }

  /// Hands a range of an archive over. Registries are asked for what is not here; where there is a cache, for all of each blob
  /// once.
  ///
  /// - Parameter asksRegistries: whether the archive's sources are registries, and not what is here.
  /// - Throws: ``GatewayError/wrongBytes(_:)`` of a blob that is wrong on this disk, which is not read again for a while; as
  ///   `PlannedArchive.read(_:memory:into:)`; what `sink` throws; `CancellationError`.
  func send(
    _ archive: PlannedArchive, _ range: Range<Int64>, asksRegistries: Bool, to sink: any ByteSink & AnswerWriter
  ) async throws {
    do { try await copy(archive, range, keepsBlobs: asksRegistries, to: sink) } catch {
      if let digest = Self.wrongBlob(error) { wrong.withLock { $0[digest, at: time.elapsed] = true } }
      throw error
    }
  }

  private func copy(
    _ archive: PlannedArchive, _ range: Range<Int64>, keepsBlobs: Bool, to sink: any ByteSink & AnswerWriter
  ) async throws {
    let segments = archive.plan.segments(in: range)
    var ahead = keepsBlobs ? blobsAhead(of: archive, segments) : nil
    do {
      // From `next` on nothing was sent yet.
      var (next, position) = (range.lowerBound, range.lowerBound)
      for segment in segments {
        guard case .blob(let blob, let part) = segment else {
          if case .bytes(let bytes) = segment { position += Int64(bytes.count) }
          continue
        }
        let end = position + (part.upperBound - part.lowerBound)
        let isHere = try await here.has(blob.digest)
        let isKept = ahead != nil && Self.isKept(segment, archive)
        if isHere || isKept {
          if next < position { try await archive.read(next..<position, memory: memory, into: sink) }
          next = position
          if isHere, try await here.send(blob, part, trustsDisk: !isWrong(blob.digest), to: sink) {
            next = end
          } else if isKept {
            try await ahead?.send(blob, to: sink)
            next = end
          }
        }
        position = end
      }
      if next < range.upperBound { try await archive.read(next..<range.upperBound, memory: memory, into: sink) }
      await ahead?.kept()
    } catch {
      ahead?.giveUp()
      throw error
    }
  }

  /// Nil where there is no cache.
  private func blobsAhead(of archive: PlannedArchive, _ segments: [ArchivePlan.Segment]) -> BlobsAhead? {
    guard let cache = here.cache else { return nil }
    let blobs = segments.compactMap { segment -> Descriptor? in
      if case .blob(let blob, _) = segment, Self.isKept(segment, archive) { blob } else { nil }
    }
    return BlobsAhead(blobs, here, cache) { [memory] blob in
      { try await archive.read(blob, $0, memory: memory, into: $1) }
    }
  }

  /// Whether what is fetched of a blob is to be kept. Of a part only its own bytes are fetched.
  private static func isKept(_ segment: ArchivePlan.Segment, _ archive: PlannedArchive) -> Bool {
    guard case .blob(let blob, let part) = segment else { return false }
    return part == 0..<blob.size && !archive.isInMemory(blob.digest)
  }

  private static func wrongBlob(_ error: any Error) -> Digest? {
    if case .wrongBytes(let digest)? = error as? GatewayError { return digest }
    if case .blobDigestMismatch(let digest, _)? = (error as? RegistryError)?.reason { return digest }
    return nil
  }
}
