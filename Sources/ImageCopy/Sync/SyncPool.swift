import ImageModel
import Synchronization

/// What all images of a synchronization share: how many blobs move at the same time, what each target has, and the sums.
final class SyncPool: Sendable {
  struct Sums: Sendable {
    var blobsSent = 0
    var blobsMounted = 0
    var bytesSent: Int64 = 0
  }

  let gate: TransferGate
  private let boards = Mutex<[String: BlobBoard]>([:])
  private let state = Mutex(Sums())

  init(transfers: Int) {
    gate = TransferGate(width: transfers)
  }

  var sums: Sums { state.withLock(\.self) }

  /// What is known of one registry.
  ///
  /// - Parameter registry: how it is called in messages.
  func board(of registry: String) -> BlobBoard {
    boards.withLock { boards in
      if let board = boards[registry] { return board }
      let board = BlobBoard()
      boards[registry] = board
      return board
    }
  }

  func add(_ change: (inout Sums) -> Void) { state.withLock { change(&$0) } }
}
