import Synchronization
import Waiting

/// Lets so many transfers go on at the same time (``UploadRoom``). Of those that wait the largest goes first: it decides when
/// all is done.
final class TransferGate: Sendable {
  private struct State {
    var room: UploadRoom
    /// The sizes of those that wait, by the order in which they came.
    var waiting: [Int: Int64] = [:]
    var nextID = 0

    /// The largest that there is room for; of several the one that came first.
    var first: Int? {
      waiting.filter { room.isFree(for: UploadRoom.Kind($0.value)) }
        .max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }
  }

  private let state: Mutex<State>
  private let change = ChangeSignal()

  init(width: Int) {
    state = Mutex(State(room: UploadRoom(width: width)))
  }

  var waitingCount: Int { state.withLock { $0.waiting.count } }
  var isFree: Bool { state.withLock { $0.room.isFree(for: .large) } }

  /// Runs `body` when its turn has come.
  ///
  /// - Throws: what `body` throws; `CancellationError`.
  func pass<Result>(size: Int64, _ body: () async throws -> Result) async throws -> Result {
    let kind = UploadRoom.Kind(size)
    try await enter(size, kind)
    defer { leave(kind) }
    return try await body()
  }

  private func enter(_ size: Int64, _ kind: UploadRoom.Kind) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      state.waiting[state.nextID] = size
      return state.nextID
    }
    while true {
      let generation = change.generation
      let isCancelled = Task.isCancelled
      let isIn = state.withLock { state in
        guard !isCancelled, state.first == id else { return false }
        state.room.begin(kind)
        state.waiting[id] = nil
        return true
      }
      if isIn { return change.notify() }
      do { try await change.wait(since: generation) } catch {
        state.withLock { _ = $0.waiting.removeValue(forKey: id) }
        change.notify()
        throw error
      }
    }
  }

  private func leave(_ kind: UploadRoom.Kind) {
    state.withLock { $0.room.end(kind) }
    change.notify()
  }
}
