import NIOCore
import Synchronization
import Waiting

/// Keeps the bytes of one piece of a blob, over as many responses as it takes.
final class PieceReceiver: BlobReceiver {
  private let piece: PieceQueue.Piece
  private let isWholeBlob: Bool
  private let state = Mutex(State())

  private struct State {
    var bytes = ByteBuffer()
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
  }

  init(_ piece: PieceQueue.Piece, isWholeBlob: Bool) {
    self.piece = piece
    self.isWholeBlob = isWholeBlob
  }

  /// What is still missing.
  var rest: Range<Int64> {
    piece.range.lowerBound + state.withLock { Int64($0.bytes.readableBytes) }..<piece.range.upperBound
  }

  /// The bytes, which the receiver gives up.
  func take() -> ByteBuffer {
    state.withLock { state in
      defer { state.bytes = ByteBuffer() }
      return state.bytes
    }
  }

  /// - Throws: ``EnoughReceived`` where the server sends the whole blob to whoever asks for a part.
  func begin(at offset: Int64, isWhole: Bool) throws {
    if isWhole, !isWholeBlob { throw EnoughReceived() }
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    state.withLock { state in
      if state.bytes.readableBytes == 0 { state.bytes.reserveCapacity(Int(piece.count)) }
      let held = piece.range.lowerBound + Int64(state.bytes.readableBytes)
      let repeated = min(max(held - state.arriving, 0), Int64(bytes.count))
      let wanted = min(Int64(bytes.count) - repeated, piece.range.upperBound - held)
      state.arriving += Int64(bytes.count)
      state.bytes.writeBytes(
        UnsafeRawBufferPointer(rebasing: bytes[Int(repeated)..<Int(repeated + max(wanted, 0))]))
    }
  }
}
