import NIOCore
import Synchronization
import Waiting

/// Keeps the bytes of one piece of a blob until they are taken, over as many responses as it takes. While too many of them wait
/// the connection does.
final class PieceReceiver: BlobReceiver {
  /// Bytes that stand together in memory. Servers send them in parts of any size.
  private static let block = 256 << 10

  let piece: PieceQueue.Piece
  /// Bytes that may wait to be taken.
  let room: Int64
  private let isWholeBlob: Bool
  private let state: Mutex<State>
  private let arrived: ChangeSignal
  private let change = ChangeSignal()

  private struct State {
    var blocks: [ByteBuffer] = []
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
    /// Below it everything has come.
    var end: Int64
    /// Below it everything was taken.
    var taken: Int64
    var isClosed = false

    var held: Int64 { end - taken }
  }

  /// - Parameters:
  ///   - room: nil for all of the piece.
  ///   - arrived: notified of bytes.
  init(_ piece: PieceQueue.Piece, isWholeBlob: Bool, room: Int64? = nil, arrived: ChangeSignal = ChangeSignal()) {
    self.piece = piece
    self.isWholeBlob = isWholeBlob
    self.room = min(room ?? piece.count, piece.count)
    self.arrived = arrived
    state = Mutex(State(end: piece.range.lowerBound, taken: piece.range.lowerBound))
  }

  /// What is still missing.
  var rest: Range<Int64> { state.withLock { $0.end..<piece.range.upperBound } }

  /// Whether all of it was taken.
  var isTaken: Bool { state.withLock { $0.taken == piece.range.upperBound } }

  /// Takes bytes that have come, in their order.
  ///
  /// - Returns: nothing where none have come; and how many bytes of ``room`` are not needed any more.
  func take(_ most: Int64) -> (bytes: [ByteBuffer], freed: Int64) {
    let result = state.withLock { state -> (bytes: [ByteBuffer], freed: Int64) in
      let before = min(room, piece.range.upperBound - state.taken)
      var bytes: [ByteBuffer] = []
      var left = min(most, state.held)
      state.taken += left
      while left > 0, var first = state.blocks.first {
        if Int64(first.readableBytes) <= left {
          left -= Int64(first.readableBytes)
          bytes.append(first)
          state.blocks.removeFirst()
        } else if let part = first.readSlice(length: Int(left)) {
          left = 0
          bytes.append(part)
          state.blocks[0] = first
        }
      }
      return (bytes, before - min(room, piece.range.upperBound - state.taken))
    }
    if !result.bytes.isEmpty { change.notify() }
    return result
  }

  /// Nobody takes what comes: no connection is held back for it.
  ///
  /// - Returns: the bytes of ``room`` that are not needed any more.
  func close() -> Int64 {
    let freed = state.withLock { state in
      defer { (state.isClosed, state.blocks, state.taken) = (true, [], state.end) }
      return state.isClosed ? 0 : min(room, piece.range.upperBound - state.taken)
    }
    change.notify()
    return freed
  }

  /// - Throws: ``EnoughReceived`` where the server sends the whole blob to whoever asks for a part.
  func begin(at offset: Int64, isWhole: Bool) throws {
    if isWhole, !isWholeBlob { throw EnoughReceived() }
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    state.withLock { state in
      let repeated = min(max(state.end - state.arriving, 0), Int64(bytes.count))
      let wanted = max(min(Int64(bytes.count) - repeated, piece.range.upperBound - state.end), 0)
      state.arriving += Int64(bytes.count)
      state.end += wanted
      guard !state.isClosed else {
        state.taken = state.end
        return
      }
      Self.add(
        bytes[Int(repeated)..<Int(repeated + wanted)], to: &state.blocks, before: piece.range.upperBound - state.end)
    }
    arrived.notify()
  }

  /// - Parameter most: bytes that may still come behind these.
  private static func add(_ bytes: Slice<UnsafeRawBufferPointer>, to blocks: inout [ByteBuffer], before most: Int64) {
    var bytes = bytes
    while !bytes.isEmpty {
      if blocks.last.map({ $0.writableBytes == 0 }) ?? true {
        let capacity = min(Self.block, bytes.count + Int(clamping: most))
        blocks.append(ByteBufferAllocator().buffer(capacity: capacity))
      }
      let last = blocks.count - 1
      let part = bytes.prefix(blocks[last].writableBytes)
      blocks[last].writeBytes(UnsafeRawBufferPointer(rebasing: part))
      bytes = bytes.dropFirst(part.count)
    }
  }

  /// Holds the connection back while too much waits to be taken, and then until half of that has been.
  var pause: ReceiverPause? {
    guard isFull(room) else { return nil }
    return { [self] in
      while true {
        let generation = change.generation
        guard isFull(max(room / 2, 1)) else { return }
        do { try await change.wait(since: generation) } catch { return }
      }
    }
  }

  private func isFull(_ count: Int64) -> Bool {
    state.withLock { !$0.isClosed && $0.held >= count && $0.end < piece.range.upperBound }
  }
}
