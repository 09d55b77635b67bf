import Dispatch
import FileAccess
import Synchronization

/// Ends the program in good order when it is asked to.
///
/// The first signal cancels the work, which then leaves what it has in a state to go on from. A second one, or work
/// that takes longer than the grace, ends the program at once; what is on disk is good at any moment.
final class SignalWatcher: Sendable {
  private struct State {
    var signal: TerminationSignal?
    var isOver = false
    var grace: DispatchTimeInterval
  }

  private let state: Mutex<State>
  private let end: @Sendable (Int32) -> Void

  /// - Parameters:
  ///   - grace: how long the work may take to stop.
  ///   - end: ends the program at once.
  init(
    grace: DispatchTimeInterval = .milliseconds(2_800),
    end: @escaping @Sendable (Int32) -> Void = { code in
      HiddenInput.endAll()
      _exit(code)
    }
  ) {
    state = Mutex(State(grace: grace))
    self.end = end
  }

  /// Gives the work longer to stop, from now on: what a server has under way may take minutes.
  func allow(_ grace: DispatchTimeInterval) {
    state.withLock { $0.grace = grace }
  }

  /// The first signal that came.
  var signal: TerminationSignal? { state.withLock(\.signal) }

  /// Does the work, and cancels it on the first signal. The exit code is then the signal's, whatever the work says.
  func run(_ work: @escaping @Sendable () async -> ExitCode) async -> ExitCode {
    let (signals, continuation) = AsyncStream.makeStream(of: TerminationSignal.self)
    let watched = TerminationSignal.allCases.filter { !$0.isIgnored }
    let sources = watched.map { source(for: $0, continuation) }
    defer {
      state.withLock { $0.isOver = true }
      for source in sources { source.cancel() }
      for signal in watched { setAction(of: signal.number, SIG_DFL) }
    }
    return await withTaskGroup(of: ExitCode?.self) { group in
      group.addTask { await work() }
      group.addTask {
        for await signal in signals { return .interrupted(signal) }
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      guard case .interrupted = first, signal != nil else { return first ?? .success }
      await group.waitForAll()
      return first ?? .success
    }
  }

  private func source(
    for signal: TerminationSignal, _ continuation: AsyncStream<TerminationSignal>.Continuation
  ) -> any DispatchSourceSignal {
    // The source sees the signal in spite of this; the default would end the program first.
    setAction(of: signal.number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: signal.number, queue: Self.queue)
    source.setEventHandler { [self] in
      let isFirst = state.withLock { state in
        defer { state.signal = state.signal ?? signal }
        return state.signal == nil
      }
      guard isFirst else { return end(signal.exitCode) }
      continuation.yield(signal)
      Self.queue.asyncAfter(deadline: .now() + state.withLock(\.grace)) { [self] in
        if state.withLock({ !$0.isOver }) { end(signal.exitCode) }
      }
    }
    source.resume()
    return source
  }

  private static let queue = DispatchQueue(label: "dray.signals", qos: .userInteractive)
}

private func setAction(of number: Int32, _ action: sighandler_t?) {
  _ = signal(number, action)
}
