import FileAccess
import ImageModel
import NIOCore
import Synchronization
import SystemPackage
import Waiting

/// A blob on its way into the cache, which all who want it read as it comes. Its last bytes come only once its digest is right.
///
/// Once the disk takes no more of it, the rest passes through memory, at the rate of the fastest reader.
final class BlobFill: ByteSink {
  private struct State {
    var position: Int64 = 0
    var failure: (any Error)?
    var passing: PassingBytes?
  }

  /// Where a reader finds what it wants next.
  private enum Source {
    /// In the draft, up to this offset.
    case draft(Int64)
    case memory(ByteBuffer)
    /// Nowhere here: it has passed by.
    case none
  }

  let size: Int64
  private let draft: CacheFolder.Draft
  private let state = Mutex(State())
  private let change = ChangeSignal()
  private let observe: @Sendable (Errno) -> Void
  /// Bytes that are read at once. Two pieces wait for each client.
  private static let piece: Int64 = 128 << 10
  /// Bytes that the system sends at once, from the file to the socket: as of a ``StoredBlob``.
  private static let part: (first: Int64, next: Int64) = (1 << 20, 4 << 20)
  /// How much of what passes may be ahead of the fastest reader.
  private static let window: Int64 = 1 << 20

  /// - Parameter observe: told why the disk takes no more.
  init(_ draft: CacheFolder.Draft, size: Int64, observe: @escaping @Sendable (Errno) -> Void = { _ in }) {
    self.draft = draft
    self.size = size
    self.observe = observe
  }

  /// A blob that is there.
  convenience init(complete draft: CacheFolder.Draft, size: Int64) {
    self.init(draft, size: size)
    state.withLock { $0.position = size }
  }

  /// How much has come.
  var position: Int64 { state.withLock { $0.position } }

  /// Whether all that came is in the draft.
  var isStored: Bool { state.withLock { $0.passing == nil } }

  func write(_ bytes: ByteBuffer) async throws {
    let start = position
    if isStored {
      do {
        try await Workers.current.run { [draft] in
          _ = try bytes.withUnsafeReadableBytes { try draft.file.writeAll(toAbsoluteOffset: start, $0) }
        }
        state.withLock { $0.position += Int64(bytes.readableBytes) }
        return change.notify()
      } catch let error as Errno {
        state.withLock { $0.passing = PassingBytes(start: start) }
        observe(error)
      }
    }
    state.withLock { state in
      state.passing?.append(bytes)
      state.position += Int64(bytes.readableBytes)
    }
    change.notify()
    while true {
      let generation = change.generation
      guard state.withLock({ $0.passing?.isAhead(by: Self.window) == true }) else { return }
      try await change.wait(since: generation)
    }
  }

  func failed(_ error: any Error) {
    state.withLock { $0.failure = error }
    change.notify()
  }

  /// Hands a range over as it comes.
  ///
  /// - Returns: where it ended: before the end of the range where what comes next cannot be had here.
  /// - Throws: what ended the filling; what `writer` throws; `CancellationError`.
  func send(_ range: Range<Int64>, to writer: any AnswerWriter) async throws -> Int64 {
    var next = range.lowerBound
    var takesParts = true
    while next < range.upperBound {
      let bytes: ByteBuffer
      switch try await source(of: next) {
      case .none: return next
      case .memory(let passing):
        bytes =
          passing.getSlice(
            at: passing.readerIndex, length: Int(min(range.upperBound - next, Int64(passing.readableBytes)))) ?? passing
      case .draft(let end):
        // The last bytes are read here: with them nothing may fail any more.
        let most = next == range.lowerBound ? Self.part.first : Self.part.next
        let lentEnd = min(end, range.upperBound - Self.piece, next + most)
        if takesParts, lentEnd - next >= Self.piece {
          takesParts = try await writer.send(part(next..<lentEnd))
          if takesParts {
            next = lentEnd
            continue
          }
        }
        do { bytes = try await read(next..<min(end, range.upperBound, next + Self.piece)) } catch let error as Errno {
          observe(error)
          return next
        }
      }
      try await writer.write(bytes)
      next += Int64(bytes.readableBytes)
    }
    return next
  }

  private func read(_ range: Range<Int64>) async throws -> ByteBuffer {
    try await Workers.current.run { [draft] in try draft.bytes(range) }
  }

  /// A range that is there, which the system has read once this is back.
  private func part(_ range: Range<Int64>) async throws -> FilePart {
    try await Workers.current.run { [draft] in
      try draft.file.awaitCache(at: range.lowerBound, count: Int64(range.count))
      return FilePart(
        of: LentFile(draft.file.rawValue, of: draft), at: range.lowerBound, count: range.count,
        isUnchanged: { (try? draft.file.stat().size).map { $0 >= range.upperBound } ?? false },
        read: { try draft.bytes(range) })
    }
  }

  private func source(of start: Int64) async throws -> Source {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let (source, isNews) = state.withLock { state -> (Source?, Bool) in
        let isNews = state.passing?.reached(start) == true
        guard state.position > start else { return (nil, isNews) }
        guard let passing = state.passing, start >= passing.start else {
          return (.draft(state.passing?.start ?? state.position), isNews)
        }
        return (passing.bytes(from: start).map { .memory($0) } ?? Source.none, isNews)
      }
      if isNews { change.notify() }
      if let source { return source }
      if let failure = state.withLock(\.failure) { throw failure }
      try await change.wait(since: generation)
    }
  }
}

extension CacheFolder.Draft {
  fileprivate func bytes(_ range: Range<Int64>) throws -> ByteBuffer {
    let count = range.count
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
      try file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: range.lowerBound)
    }
    guard buffer.readableBytes == count else { throw Errno.ioError }
    return buffer
  }
}
