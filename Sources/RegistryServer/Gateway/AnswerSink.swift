import ImageModel
import NIOCore
import Synchronization
import Waiting

/// Hands the bytes of an archive to a connection, in pieces that it soon has room for, and counts them. A few of them are on
/// their way at the same time: neither the connection nor whoever fetches the next ones waits for the other.
final class AnswerSink: ByteSink, AnswerWriter {
  /// Bytes that may be on their way to the client before the next piece.
  private static let behind = 512 << 10

  private let writer: any AnswerWriter
  private let pieceSize: Int
  private let watched: WatchedDownload?
  private let position: Mutex<Int64>

  init(_ writer: any AnswerWriter, pieceSize: Int, position: Int64, watched: WatchedDownload?) {
    self.writer = writer
    self.pieceSize = pieceSize
    self.watched = watched
    self.position = Mutex(position)
  }

  func write(_ bytes: ByteBuffer) async throws {
    var rest = bytes
    while let piece = rest.readSlice(length: min(pieceSize, rest.readableBytes)), piece.readableBytes > 0 {
      try await writer.write(piece, behind: Self.behind)
      sent(piece.readableBytes)
    }
  }

  func send(_ part: FilePart) async throws -> Bool {
    guard try await writer.send(part) else { return false }
    sent(part.region.readableBytes)
    return true
  }

  private func sent(_ count: Int) {
    let end = position.withLock { position in
      position += Int64(count)
      return position
    }
    watched?.sent(count, upTo: end)
  }
}
