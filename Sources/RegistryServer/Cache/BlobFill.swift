import FileAccess
import ImageModel
import NIOCore
import Synchronization
import SystemPackage
import Waiting

/// A blob on its way into the cache, which all who want it read as it comes. Its last bytes come only once its digest is right.
final class BlobFill: ByteSink {
  private struct State {
    var position: Int64 = 0
    var failure: (any Error)?
  }

  let size: Int64
  private let draft: CacheFolder.Draft
  private let state = Mutex(State())
  private let change = ChangeSignal()
  /// Bytes that are read at once. Two pieces wait for each client.
  private static let piece: Int64 = 128 << 10

  init(_ draft: CacheFolder.Draft, size: Int64) {
    self.draft = draft
    self.size = size
  }

  /// A blob that is there.
  convenience init(complete draft: CacheFolder.Draft, size: Int64) {
    self.init(draft, size: size)
    state.withLock { $0.position = size }
  }

  /// How much is there.
  var position: Int64 { state.withLock { $0.position } }

  func write(_ bytes: ByteBuffer) async throws {
    let start = position
    try await Workers.current.run { [draft] in
      _ = try bytes.withUnsafeReadableBytes { try draft.file.writeAll(toAbsoluteOffset: start, $0) }
    }
    state.withLock { $0.position += Int64(bytes.readableBytes) }
    change.notify()
  }

  func failed(_ error: any Error) {
    state.withLock { $0.failure = error }
    change.notify()
  }

  /// Hands a range over as it comes.
  ///
  /// - Throws: what ended the filling; what `writer` throws; `CancellationError`.
  func send(_ range: Range<Int64>, to writer: any AnswerWriter) async throws {
    var next = range.lowerBound
    while next < range.upperBound {
      let start = next
      let end = min(try await end(behind: start), range.upperBound, start + Self.piece)
      let count = Int(end - start)
      let bytes = try await Workers.current.run { [draft] in
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
          try draft.file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: start)
        }
        guard buffer.readableBytes == count else { throw Errno.ioError }
        return buffer
      }
      try await writer.write(bytes)
      next = end
    }
  }

  private func end(behind start: Int64) async throws -> Int64 {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let state = state.withLock(\.self)
      if state.position > start { return state.position }
      if let failure = state.failure { throw failure }
      try await change.wait(since: generation)
    }
  }
}
