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
      let end = position.withLock { position in
        position += Int64(piece.readableBytes)
        return position
      }
      watched?.sent(piece.readableBytes, upTo: end)
    }
  }
}

/// Digests an archive, volume by volume.
final class ChecksumSink: ByteSink {
  private struct State {
    var finished: [Digest] = []
    var hasher = DigestHasher(.sha256)
    var count: Int64 = 0
  }

  private let volumeSize: Int64
  private let state = Mutex(State())

  init(volumeSize: Int64) {
    self.volumeSize = volumeSize
  }

  /// Those of the volumes that are full, and of the last one.
  var digests: [Digest] {
    state.withLock { state in
      state.finished + (state.count > 0 || state.finished.isEmpty ? [state.hasher.finalize()] : [])
    }
  }

  func write(_ bytes: ByteBuffer) async throws {
    try await Workers.current.run {
      bytes.withUnsafeReadableBytes { all in
        self.state.withLock { state in
          var rest = all[...]
          while !rest.isEmpty {
            let part = rest.prefix(Int(clamping: self.volumeSize - state.count))
            state.hasher.update(UnsafeRawBufferPointer(rebasing: part))
            state.count += Int64(part.count)
            rest = rest.dropFirst(part.count)
            if state.count == self.volumeSize {
              state.finished.append(state.hasher.finalize())
              (state.hasher, state.count) = (DigestHasher(.sha256), 0)
            }
          }
        }
      }
    }
  }
}
