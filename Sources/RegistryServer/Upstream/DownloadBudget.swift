import NIOCore
import Synchronization
import Waiting

/// Counts what is done for each client and for all of them.
final class DownloadBudget: Sendable {
  private struct State {
    var downloads: [String: Int] = [:]
    var total = 0
    /// The minute that is counted, and look-ups in it.
    var minute: Int64 = 0
    var lookups: [String: Int] = [:]
    var totalLookups = 0
  }

  private let limits: UpstreamLimits
  private let time: Stopwatch
  private let state = Mutex(State())

  init(_ limits: UpstreamLimits, clock: any Clock<Duration>) {
    self.limits = limits
    time = Stopwatch(clock)
  }

  /// The right to one download; given back when nobody holds it any more.
  final class Permit: Sendable {
    private let budget: DownloadBudget
    private let client: String

    fileprivate init(_ budget: DownloadBudget, client: String) {
      self.budget = budget
      self.client = client
    }

    deinit { budget.leave(client) }
  }

  /// - Throws: ``GatewayError/tooManyDownloads(limit:perClient:)``.
  func enter(_ client: SocketAddress?) throws(GatewayError) -> Permit {
    let key = client.networkKey
    let refusal = state.withLock { state -> GatewayError? in
      guard state.total < limits.downloads else {
        return .tooManyDownloads(limit: limits.downloads, perClient: false)
      }
      guard state.downloads[key, default: 0] < limits.downloadsPerClient else {
        return .tooManyDownloads(limit: limits.downloadsPerClient, perClient: true)
      }
      state.total += 1
      state.downloads[key, default: 0] += 1
      return nil
    }
    if let refusal { throw refusal }
    return Permit(self, client: key)
  }

  private func leave(_ key: String) {
    state.withLock { state in
      state.total -= 1
      let rest = state.downloads[key, default: 1] - 1
      state.downloads[key] = rest > 0 ? rest : nil
    }
  }

  /// Counts one question to a registry.
  ///
  /// - Throws: ``GatewayError/tooManyLookups(limit:perClient:)``.
  func lookUp(_ client: SocketAddress?) throws(GatewayError) {
    let key = client.networkKey
    let minute = time.elapsed.components.seconds / 60
    let refusal = state.withLock { state -> GatewayError? in
      if state.minute != minute { (state.minute, state.lookups, state.totalLookups) = (minute, [:], 0) }
      guard state.totalLookups < limits.lookups else {
        return .tooManyLookups(limit: limits.lookups, perClient: false)
      }
      guard state.lookups[key, default: 0] < limits.lookupsPerClient else {
        return .tooManyLookups(limit: limits.lookupsPerClient, perClient: true)
      }
      state.totalLookups += 1
      state.lookups[key, default: 0] += 1
      return nil
    }
    if let refusal { throw refusal }
  }

  /// How many seconds are left of the minute that is counted.
  var secondsLeft: Int64 { 60 - time.elapsed.components.seconds % 60 }
}
