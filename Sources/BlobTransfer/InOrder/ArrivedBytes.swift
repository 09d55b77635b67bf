import NIOCore
import Synchronization
import Waiting

/// Bytes on their way from a connection to the task that writes them, in order. Neither waits on a thread for the other one.
final class ArrivedBytes: Sendable {
  private struct State {
    var pieces: [ByteBuffer] = []
    var count = 0
    var isFinished = false
    var isClosed = false

    func isFull(_ room: Int) -> Bool { count > room && !isClosed }
  }

  private let room: Int
  private let state = Mutex(State())
  private let change = ChangeSignal()

  /// - Parameter room: bytes that may wait to be written before the connection has to.
  init(room: Int) {
    self.room = room
  }

  func add(_ piece: ByteBuffer) {
    state.withLock { state in
      state.pieces.append(piece)
      state.count += piece.readableBytes
    }
    change.notify()
  }

  /// No more comes.
  func finish() {
    state.withLock { $0.isFinished = true }
    change.notify()
  }

  /// Nobody takes what comes: no connection is held back for it.
  func close() {
    state.withLock { $0.isClosed = true }
    change.notify()
  }

  /// What has come since the last call; nil at the end.
  ///
  /// - Throws: `CancellationError`.
  func next() async throws -> [ByteBuffer]? {
    while true {
      let generation = change.generation
      let (pieces, isFinished) = state.withLock { state in
        defer { (state.pieces, state.count) = ([], 0) }
        return (state.pieces, state.isFinished)
      }
      guard pieces.isEmpty else {
        change.notify()
        return pieces
      }
      if isFinished { return nil }
      try await change.wait(since: generation)
    }
  }

  /// Holds a connection back while too much waits to be written.
  var pause: ReceiverPause? {
    guard state.withLock({ $0.isFull(room) }) else { return nil }
    return { [self] in
      while true {
        let generation = change.generation
        guard state.withLock({ $0.isFull(room) }) else { return }
        do { try await change.wait(since: generation) } catch { return }
      }
    }
  }
}
