import NIOCore
import Synchronization
import Waiting

/// Lets an answer go on once the connection has taken what it was handed before.
///
/// The library takes more than one piece before it makes anybody wait; hundreds of slow readers would fill the memory.
final class SendWindow: Sendable {
  private struct State {
    var pending = 0
    var isClosed = false
    var waiter: (count: Int, behind: Int, continuation: CheckedContinuation<Void, Never>)?
    /// A part of a file, and the bytes that stand for it on their way through the library.
    var file: (part: FilePart, bytes: ByteBuffer)?
  }

  /// That of the connection which the task answers.
  @TaskLocal static var current: SendWindow?

  private let state = Mutex(State())
  /// Whether the connection sends parts of files: one that is encrypted has to have their bytes.
  let takesFiles: Bool

  init(takesFiles: Bool = false) {
    self.takesFiles = takesFiles
  }

  /// Bytes that stand for the part of a file, which is the one piece on its way now.
  func bytes(for part: FilePart) -> ByteBuffer {
    let bytes = ByteBuffer(repeating: 0, count: 1)
    state.withLock { $0.file = (part, bytes) }
    return bytes
  }

  /// The part of a file that these bytes stand for; nil where they stand for themselves.
  func file(for bytes: ByteBuffer) -> FilePart? {
    state.withLock { state in
      // While the window holds them no other bytes have their place in memory.
      guard let (part, held) = state.file, held.address == bytes.address else { return nil }
      state.file = nil
      return part
    }
  }

  /// Waits until little is left of what was handed over before. One task at a time asks.
  ///
  /// - Parameter behind: bytes that may be left of it.
  /// - Throws: `CancellationError`.
  func reserve(_ count: Int, behind: Int = 0) async throws {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          guard state.pending > behind, !state.isClosed else {
            state.pending += count
            return true
          }
          state.waiter = (count, behind, continuation)
          return false
        }
        if isFree { continuation.resume() }
      }
    } onCancel: {
      close()
    }
    try Task.checkCancellation()
  }

  /// The connection has taken bytes, or has lost them.
  func sent(_ count: Int) {
    let waiter = state.withLock { state in
      state.pending = max(0, state.pending - count)
      guard let waiter = state.waiter, state.pending <= waiter.behind else {
        return nil as CheckedContinuation<Void, Never>?
      }
      state.pending += waiter.count
      state.waiter = nil
      return waiter.continuation
    }
    waiter?.resume()
  }

  /// Nobody waits for a connection that is gone.
  func close() {
    let waiter = state.withLock { state in
      state.isClosed = true
      defer { state.waiter = nil }
      return state.waiter?.continuation
    }
    waiter?.resume()
  }
}

extension ByteBuffer {
  fileprivate var address: UnsafeRawPointer? { withVeryUnsafeBytes { $0.baseAddress } }
}
