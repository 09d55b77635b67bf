import ImageModel
import NIOCore
import NIOPosix
import Waiting

/// Brings blobs in order into a place that cannot be gone back in, such as a pipe or the body of a request.
///
/// Blobs are fetched ahead, over several connections (``ReadAhead``), and passed on in their order. What was passed on cannot
/// be taken back: the last 64 KiB of a blob that is read whole go once the digest of all of it is right.
package struct InOrderTransfer: Sendable {
  package enum Event: Sendable {
    /// Bytes of a blob below `position` have been passed on; `fetched` came over the network since the beginning.
    case passed(Descriptor, position: Int64, fetched: Int64)
    case wrongBytes(Descriptor, source: String)
  }

  /// Bytes of a blob that are passed on at once, at most.
  private static let batch: Int64 = 1 << 20
  /// The last bytes of a blob, which are passed on once all of it is right.
  private static let kept: Int64 = 64 << 10

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
    let end = blob.range.upperBound
    guard !blob.range.isEmpty else { return }
    guard blob.hasher == nil || blob.descriptor.size > ahead.limits.assured else { return try await passWhole(index) }
    var hasher = blob.hasher
    var position = blob.range.lowerBound
    // Nobody gets these before all are right.
    var last: [ByteBuffer] = []
    let lastStart = hasher == nil ? end : max(position, end - Self.kept)
    while position < end {
      let most = min(Self.batch, (position < lastStart ? lastStart : end) - position)
      guard case .bytes(let bytes) = try await ahead.take(most) else {
        ahead.passedOn()
        position -= last.byteCount
        return try await passAlone(blob, from: position, hasher: hasher, asksForAll: true)
      }
      position += bytes.byteCount
      if position > lastStart { last += bytes } else { hasher = try await passOn(bytes, hasher, of: blob) }
      if position == end, let before = hasher {
        _ = try await digested(last, before, of: blob, isLast: true)
        try await sink.write(last)
      }
      if last.isEmpty || position == end { report(blob, position) }
      ahead.passedOn()
    }
  }

  /// Digests bytes while they are passed on.
  private func passOn(
    _ bytes: [ByteBuffer], _ hasher: DigestHasher?, of blob: OrderedBlob
  ) async throws -> DigestHasher? {
    guard let hasher else {
      try await sink.write(bytes)
      return nil
    }
    async let next = digested(bytes, hasher, of: blob, isLast: false)
    try await sink.write(bytes)
    return try await next
  }

  /// A blob that is asked for at once is passed on when all of it is right.
  private func passWhole(_ index: Int) async throws {
    let blob = ahead.blobs[index]
    var bytes: [ByteBuffer] = []
    while bytes.byteCount < blob.descriptor.size {
      guard case .bytes(let more) = try await ahead.take(.max) else {
        ahead.passedOn()
        return try await passAlone(blob, from: 0, hasher: blob.hasher, asksForAll: true)
      }
      bytes += more
    }
    try await sink.write(try await checked(bytes, blob, index))
    report(blob, blob.range.upperBound)
    ahead.passedOn()
  }

  /// Passes a blob on that is not among those that are fetched ahead.
  package func passAlone(_ blob: OrderedBlob) async throws {
    try await passAlone(blob, from: blob.range.lowerBound, hasher: blob.hasher, asksForAll: false)
  }

  func report(_ blob: OrderedBlob, _ position: Int64) {
    observe(.passed(blob.descriptor, position: position, fetched: ahead.sources.bytesFetched))
  }

  /// The right bytes of a blob that came as one piece: nothing of it has been passed on yet, so it can come again.
  private func checked(_ bytes: [ByteBuffer], _ blob: OrderedBlob, _ index: Int) async throws -> [ByteBuffer] {
    var bytes = bytes
    var tries = 1
    let sources = ahead.sources
    while true {
      let found = try await threads.runIfActive { [bytes] in
        var hasher = DigestHasher(blob.descriptor.digest.algorithm)
        for piece in bytes { piece.withUnsafeReadableBytes { hasher.update($0) } }
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

extension [ByteBuffer] {
  /// Bytes of all of them.
  fileprivate var byteCount: Int64 { reduce(0) { $0 + Int64($1.readableBytes) } }
}
