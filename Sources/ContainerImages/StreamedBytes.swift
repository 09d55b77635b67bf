import AsyncAlgorithms
import NIOCore
import Waiting

/// Bytes in order, in pieces: of a blob, or of an archive.
public struct StreamedBytes: AsyncSequence, Sendable {
  private let channel = AsyncThrowingChannel<[UInt8], any Error>()

  public struct Iterator: AsyncIteratorProtocol {
    var pieces: AsyncThrowingChannel<[UInt8], any Error>.Iterator

    public mutating func next() async throws -> [UInt8]? { try await pieces.next() }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(pieces: channel.makeAsyncIterator()) }

  /// Runs `body` over what `source` writes, and ends `source` with it.
  static func pass(
    to body: @Sendable (StreamedBytes) async throws -> Void,
    from source: @escaping @Sendable (any ByteSink) async throws -> Void
  ) async throws {
    let bytes = StreamedBytes()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await source(ChannelSink(channel: bytes.channel))
          bytes.channel.finish()
        } catch {
          bytes.channel.fail(error)
          throw error
        }
      }
      // Whoever has enough of it ends the transfer.
      try await body(bytes)
      group.cancelAll()
    }
  }

  /// Waits with each piece until it is asked for.
  private struct ChannelSink: ByteSink {
    let channel: AsyncThrowingChannel<[UInt8], any Error>

    func write(_ bytes: ByteBuffer) async throws {
      await channel.send(Array(bytes.readableBytesView))
      try Task.checkCancellation()
    }
  }
}
