import ArchiveTools
import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient

/// Writes an archive in order into a stream that cannot be gone back in, such as a pipe.
///
/// Blobs are fetched ahead, over several connections (``ReadAhead``), and written in their order. What a stream was given
/// cannot be taken back: a blob's last piece is written once the digest of all of it is right, and one with the wrong
/// digest ends the stream before the end-of-archive blocks that would make a reader take it for whole.
package struct OrderedStream: Sendable {
  let plan: ArchivePlan
  let known: [Digest: [UInt8]]
  /// Blobs that stand on disk.
  let shelf: BlobShelf
  /// Best first, the origin last.
  let sources: [any BlobSource]
  let connections: Int
  var bytesPerSecond: Int64?
  let retrier: Retrier
  var limits = ReadAhead.Limits()
  let write: @Sendable (UnsafeRawBufferPointer) throws -> Void
  let observe: @Sendable (StreamEvent) -> Void

  package enum StreamEvent: Sendable {
    /// Bytes below `position` have been written; `fetched` came over the network since the beginning.
    case received(Digest, position: Int64, fetched: Int64)
    case verified(Digest, BlobOrigin)
    /// What stands in this file is not the blob.
    case wrongCopy(Digest, path: String)
    case wrongBytes(Digest, source: String)
    case sources(SourceBoard.News)
  }

  /// - Returns: bytes that came over the network.
  /// - Throws: `RegistryError`; what `write` throws; `CancellationError`.
  package func run() async throws -> Int64 {
    let wanted = plan.blobs.map(\.descriptor).filter { known[$0.digest] == nil }
    let blobs = wanted.filter { stored($0) == nil }
    // What stands on disk may turn out to be wrong, and is fetched then; it comes behind the others.
    let pool = SourcePool(
      sources, blobs: (blobs + wanted.filter { stored($0) != nil }).map(\.digest), connections: connections,
      bytesPerSecond: bytesPerSecond, isForSmallBlobs: blobs.allSatisfy { $0.size < limits.piece },
      retrier: retrier, observe: { observe(.sources($0)) })
    let ahead = ReadAhead(blobs: blobs, sources: pool, connections: connections, limits: limits)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await ahead.run()
        return false
      }
      group.addTask {
        try await pool.measureRegularly(every: ReadAhead.tick)
        return false
      }
      group.addTask {
        try await writeAll(from: ahead)
        return true
      }
      while let isComplete = try await group.next() {
        if isComplete { break }
      }
      group.cancelAll()
    }
    return pool.bytesFetched
  }

  private func stored(_ blob: Descriptor) -> StoredBlob? { shelf.blob(blob.digest, size: blob.size) }

  private func writeAll(from ahead: ReadAhead) async throws {
    var (index, storedIndex) = (0, ahead.blobs.count)
    for extent in plan.extents {
      try Task.checkCancellation()
      switch extent {
      case .literal(_, let bytes): try await pass(bytes)
      case .blob(_, let blob):
        if let bytes = known[blob.digest] {
          try await pass(bytes)
          told(blob, blob.size, ahead)
          observe(.verified(blob.digest, .registry))
        } else if let stored = stored(blob) {
          if try await passOn(stored, ahead) {
            observe(.verified(blob.digest, .reused))
          } else {
            // Its number is one that nobody fetches ahead.
            try await InOrderCopy(blob, number: storedIndex, stream: self).run(from: ahead.sources)
            observe(.verified(blob.digest, .registry))
          }
          storedIndex += 1
        } else {
          try await passOn(blob, number: index, ahead)
          observe(.verified(blob.digest, .registry))
          index += 1
        }
      }
    }
  }

  /// A slow reader holds a thread that may wait, and none that others need.
  private func pass(_ bytes: [UInt8]) async throws {
    try await NIOThreadPool.singleton.runIfActive { try bytes.withUnsafeBytes { try write($0) } }
  }

  private func told(_ blob: Descriptor, _ position: Int64, _ ahead: ReadAhead) {
    observe(.received(blob.digest, position: position, fetched: ahead.sources.bytesFetched))
  }

  /// Passes a blob on that stands on disk; false where it is to be fetched.
  private func passOn(_ stored: StoredBlob, _ ahead: ReadAhead) async throws -> Bool {
    let fetched = { @Sendable in ahead.sources.bytesFetched }
    let outcome = try await StoredBlobReader(stored).passOn(write) {
      observe(.received(stored.digest, position: $0, fetched: fetched()))
    }
    switch outcome {
    case .passedOn: return true
    case .missing: return false
    case .wrong:
      observe(.wrongCopy(stored.digest, path: stored.path.string))
      return false
    }
  }

  private func passOn(_ blob: Descriptor, number: Int, _ ahead: ReadAhead) async throws {
    var hasher = DigestHasher(blob.digest.algorithm)
    var position: Int64 = 0
    var isDeclined = false
    var pieces = PieceQueue(sizes: [blob.size], pieceSize: limits.piece)
    while let piece = pieces.next() {
      if case .bytes(var bytes) = try await ahead.take(), !isDeclined {
        if piece.count == blob.size {
          bytes = try await checked(bytes, blob, number: number, ahead)
        } else {
          hasher = try await digested(bytes, hasher, of: blob, isLast: piece.range.upperBound == blob.size)
        }
        try await pass(bytes)
        position = piece.range.upperBound
        told(blob, position, ahead)
      } else {
        isDeclined = true
      }
      ahead.passedOn(piece.count)
    }
    guard isDeclined else { return }
    try await InOrderCopy(
      blob, number: number, stream: self, position: position, hasher: hasher, asksForAll: true
    ).run(from: ahead.sources)
  }

  /// The right bytes of a blob that came as one piece: nothing of it has been written yet, so it can come again.
  private func checked(_ bytes: [UInt8], _ blob: Descriptor, number: Int, _ ahead: ReadAhead) async throws -> [UInt8] {
    var bytes = bytes
    var tries = 1
    while true {
      let found = try await NIOThreadPool.singleton.runIfActive { [bytes] in
        Digest.hash(bytes, algorithm: blob.digest.algorithm)
      }
      guard found != blob.digest else { return bytes }
      let names = ahead.sources.wrongBytes(of: number)
      // Each source may be wrong once; a single one gets a second chance.
      guard tries <= ahead.sources.count(for: number) else {
        throw RegistryError(.blobDigestMismatch(expected: blob.digest, found: found), tries: tries)
      }
      for name in names { observe(.wrongBytes(blob.digest, source: name)) }
      bytes = try await ahead.fetchAgain(number)
      tries += 1
    }
  }

  private func digested(
    _ bytes: [UInt8], _ hasher: DigestHasher, of blob: Descriptor, isLast: Bool
  ) async throws -> DigestHasher {
    try await NIOThreadPool.singleton.runIfActive {
      var hasher = hasher
      bytes.withUnsafeBytes { hasher.update($0) }
      if isLast { try blob.check(hasher) }
      return hasher
    }
  }
}

extension Descriptor {
  /// - Throws: `RegistryError` where the digest is another.
  func check(_ hasher: DigestHasher) throws(RegistryError) {
    let found = hasher.finalize()
    guard found == digest else { throw RegistryError(.blobDigestMismatch(expected: digest, found: found)) }
  }
}
