import ImageModel
import NIOCore
import Synchronization
import Waiting

/// A small blob that is read while its upload begins, so that one does not wait for the other's round trip.
final class EarlyBlob: Sendable {
  /// Bytes of the largest that is read so: many are on their way at the same time.
  static let limit: Int64 = 256 << 10

  private enum State {
    case reading
    case read(ByteBuffer)
    case failed(any Error)
    /// It is read anew whenever it is needed.
    case late
  }

  private let content: BlobContent
  private let state = Mutex(State.reading)
  private let change = ChangeSignal()

  private init(_ content: BlobContent) { self.content = content }

  /// Reads a blob while `body` uploads it.
  ///
  /// - Throws: what `body` throws.
  static func reading<Result: Sendable>(
    _ content: BlobContent, _ body: (EarlyBlob) async throws -> Result
  ) async throws -> Result {
    let early = EarlyBlob(content)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await early.read() }
      defer { group.cancelAll() }
      return try await body(early)
    }
  }

  private func read() async {
    let collector = Collector()
    let outcome: State
    do {
      if content.blob.size > 0 { try await content.read(0..<content.blob.size, into: collector) }
      outcome = .read(collector.bytes)
    } catch { outcome = .failed(error) }
    state.withLock { $0 = outcome }
    change.notify()
  }

  /// Writes a range once all of it has been read and is right.
  ///
  /// - Throws: what the source or `sink` throws; `CancellationError`.
  func write(_ range: Range<Int64>, into sink: any ByteSink) async throws {
    while true {
      let generation = change.generation
      switch state.withLock(\.self) {
      case .reading: try await change.wait(since: generation)
      case .read(let bytes):
        guard let part = bytes.getSlice(at: bytes.readerIndex + Int(range.lowerBound), length: range.count) else {
          return
        }
        return try await sink.write(part)
      case .failed(let error):
        state.withLock { $0 = .late }
        throw error
      case .late: return try await content.read(range, into: sink)
      }
    }
  }
}

private final class Collector: ByteSink {
  private let collected = Mutex(ByteBuffer())

  var bytes: ByteBuffer { collected.withLock(\.self) }

  func write(_ bytes: ByteBuffer) async throws {
    collected.withLock { _ = $0.writeImmutableBuffer(bytes) }
  }
}
