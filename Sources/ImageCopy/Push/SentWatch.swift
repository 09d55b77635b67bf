import Synchronization
import Waiting

/// Notices that all bytes are on their way and the registry says nothing: what stands before it may take them faster than it
/// does, and storage puts large blobs together for minutes.
final class SentWatch: Sendable {
  /// For so long an answer is nothing to speak of.
  private static let patience: Duration = .seconds(1)

  private struct State {
    /// Which blobs have been handed over to their last byte.
    var isSent: [Bool]
    var sent: Int
    var taken = 0
  }

  private let sizes: [Int64]
  private let clock: any Clock<Duration>
  private let state: Mutex<State>
  private let change = ChangeSignal()

  /// - Parameters:
  ///   - sizes: of the blobs that are to be sent.
  ///   - clock: what a registry's silence is measured by.
  init(_ sizes: [Int64], clock: any Clock<Duration>) {
    self.sizes = sizes
    self.clock = clock
    let isSent = sizes.map { $0 == 0 }
    state = Mutex(State(isSent: isSent, sent: isSent.count { $0 }))
  }

  /// A blob has been handed over up to a byte; it goes back with each new try.
  func moved(_ blob: Int, to bytes: Int64) {
    let isSent = bytes >= sizes[blob]
    let isNews = state.withLock { state in
      guard state.isSent[blob] != isSent else { return false }
      state.isSent[blob] = isSent
      state.sent += isSent ? 1 : -1
      return isSent
    }
    if isNews { change.notify() }
  }

  /// The registry has said of one more that it is there.
  func taken() { state.withLock { $0.taken += 1 } }

  /// How many blobs the registry has not confirmed, once none has anything left to send; else nil.
  private var awaited: Int? {
    state.withLock { state in
      state.sent == sizes.count && state.taken < sizes.count ? sizes.count - state.taken : nil
    }
  }

  /// Waits until the registry has been silent for a while, if it ever is.
  ///
  /// - Returns: how many blobs it has not confirmed.
  /// - Throws: `CancellationError`.
  func silence() async throws -> Int {
    while true {
      let generation = change.generation
      if awaited != nil {
        try await clock.sleep(for: Self.patience)
        if let awaited { return awaited }
      }
      try await change.wait(since: generation)
    }
  }
}
