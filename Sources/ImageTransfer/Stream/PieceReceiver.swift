import RegistryClient
import Synchronization

/// Keeps the bytes of one piece of a blob, over as many responses as it takes.
final class PieceReceiver: BlobReceiver {
  /// The server sends the whole blob to whoever asks for a part.
  struct RangesIgnored: Error {}
  private let piece: PieceQueue.Piece
  private let isWholeBlob: Bool
  private let state = Mutex(State())

  private struct State {
    var bytes: [UInt8] = []
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
  }

  init(_ piece: PieceQueue.Piece, isWholeBlob: Bool) {
    self.piece = piece
    self.isWholeBlob = isWholeBlob
  }

  /// What is still missing.
  var rest: Range<Int64> {
    piece.range.lowerBound + state.withLock { Int64($0.bytes.count) }..<piece.range.upperBound
  }

  /// The bytes, which the receiver gives up.
  func take() -> [UInt8] {
    state.withLock { state in
      defer { state.bytes = [] }
      return state.bytes
    }
  }

  func begin(at offset: Int64, isWhole: Bool) throws {
    if isWhole, !isWholeBlob { throw RangesIgnored() }
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    state.withLock { state in
      if state.bytes.isEmpty { state.bytes.reserveCapacity(Int(piece.count)) }
      let held = piece.range.lowerBound + Int64(state.bytes.count)
      let repeated = min(max(held - state.arriving, 0), Int64(bytes.count))
      let wanted = min(Int64(bytes.count) - repeated, piece.range.upperBound - held)
      state.arriving += Int64(bytes.count)
      state.bytes.append(contentsOf: bytes.dropFirst(Int(repeated)).prefix(Int(wanted)))
    }
  }
}
