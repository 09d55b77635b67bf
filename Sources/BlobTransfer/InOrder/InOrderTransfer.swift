import ImageModel
import NIOCore
import NIOPosix
import Waiting

/// Brings blobs in order into a place that cannot be gone back in, such as a pipe or the body of a request.
///
/// Blobs are fetched ahead, over several connections (``ReadAhead``), and passed on in their order. What was passed on cannot
/// be taken back: a blob's last piece goes once the digest of all of it is right.
package struct InOrderTransfer: Sendable {
  package enum Event: Sendable {
    /// Bytes of a blob below `position` have been passed on; `fetched` came over the network since the beginning.
    case passed(Descriptor, position: Int64, fetched: Int64)
    case wrongBytes(Descriptor, source: String)
  }

  let ahead: ReadAhead
  let sink: any ByteSink
  /// Threads that digest.
  let threads: NIOThreadPool
  let observe: @Sendable (Event) -> Void

  /// Fetches blobs ahead while `body` passes them on, each once and in their order, by ``pass(_:)``.
  ///
  /// - Parameters:
  ///   - blobs: in the order in which they are passed on.
  ///   - threads: digest what comes.
  /// - Throws: ``WrongBlob``; ``RetriableFailure``; what `sink` and `body` throw; `CancellationError`.
  package static func run(
    _ blobs: [OrderedBlob], from sources: SourcePool, connections: Int, limits: ReadAhead.Limits = .init(),
    threads: NIOThreadPool, into sink: any ByteSink, observe: @escaping @Sendable (Event) -> Void = { _ in },
    body: @escaping @Sendable (InOrderTransfer) async throws -> Void
  ) async throws {
    let ahead = ReadAhead(blobs, from: sources, connections: connections, limits: limits)
    defer { ahead.close() }
    let transfer = InOrderTransfer(ahead: ahead, sink: sink, threads: threads, observe: observe)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await ahead.run()
        return false
      }
      group.addTask {
        try await sources.measureRegularly()
        return false
      }
      group.addTask {
        try await body(transfer)
        return true
      }
      while let isComplete = try await group.next() {
        if isComplete { break }
      }
      group.cancelAll()
    }
  }

  /// Passes the next of the blobs on.
  package func pass(_ index: Int) async throws {
    let blob = ahead.blobs[index]
    var hasher = blob.hasher
    var position = blob.range.lowerBound
    var isDeclined = false
    var pieces = PieceQueue([blob.range], pieceSize: ahead.limits.piece)
    while let piece = pieces.next() {
      if case .bytes(var bytes) = try await ahead.take(), !isDeclined {
        if hasher != nil, piece.range == blob.range {
          bytes = try await checked(bytes, blob, index)
        } else if let before = hasher {
          let isLast = piece.range.upperBound == blob.range.upperBound
          hasher = try await digested([bytes], before, of: blob, isLast: isLast)
        }
        try await sink.write(bytes)
        position = piece.range.upperBound
        report(blob, position)
      } else {
        isDeclined = true
      }
      ahead.passedOn(piece.count)
    }
    guard isDeclined else { return }
    try await passAlone(blob, from: position, hasher: hasher, asksForAll: true)
  }

  /// Passes a blob on that is not among those that are fetched ahead.
  package func passAlone(_ blob: OrderedBlob) async throws {
    try await passAlone(blob, from: blob.range.lowerBound, hasher: blob.hasher, asksForAll: false)
  }

  func report(_ blob: OrderedBlob, _ position: Int64) {
    observe(.passed(blob.descriptor, position: position, fetched: ahead.sources.bytesFetched))
  }

  /// The right bytes of a blob that came as one piece: nothing of it has been passed on yet, so it can come again.
  private func checked(_ bytes: ByteBuffer, _ blob: OrderedBlob, _ index: Int) async throws -> ByteBuffer {
    var bytes = bytes
    var tries = 1
    let sources = ahead.sources
    while true {
      let found = try await threads.runIfActive { [bytes] in
        var hasher = DigestHasher(blob.descriptor.digest.algorithm)
        bytes.withUnsafeReadableBytes { hasher.update($0) }
        return hasher.finalize()
      }
      guard found != blob.descriptor.digest else { return bytes }
      let (blamed, count) = sources.withBoard { ($0.wrongBytes(of: blob.number), $0.count(for: blob.number)) }
      // Each source may be wrong once; a single one gets a second chance.
      guard tries <= count else {
        throw WrongBlob(expected: blob.descriptor.digest, found: found, tries: tries)
      }
      for source in blamed { observe(.wrongBytes(blob.descriptor, source: sources.name(source))) }
      bytes = try await ahead.fetchAgain(index)
      tries += 1
    }
  }

  func digested(
    _ pieces: [ByteBuffer], _ hasher: DigestHasher, of blob: OrderedBlob, isLast: Bool
  ) async throws -> DigestHasher {
    try await threads.runIfActive {
      var hasher = hasher
      for piece in pieces { piece.withUnsafeReadableBytes { hasher.update($0) } }
      if isLast { try blob.descriptor.check(hasher) }
      return hasher
    }
  }
}
