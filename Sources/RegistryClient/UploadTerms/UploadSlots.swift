import Synchronization
import Waiting

/// How many blobs go to one place of a registry at the same time. Harbor books each in the quota of its project, and answers 5xx
/// where too many are booked at once; elsewhere there is no limit.
final class UploadSlots: Sendable {
  /// For one project of a Harbor.
  static let harborLimit = 8

  fileprivate struct Place {
    var limit: Int
    var used = 0
  }

  fileprivate struct State {
    var isHarbor = false
    var places: [String: Place] = [:]
  }

  private let state = Mutex(State())
  private let change = ChangeSignal()

  var isHarbor: Bool { state.withLock(\.isHarbor) }

  /// The registry is a Harbor.
  func foundHarbor() { state.withLock { $0.isHarbor = true } }

  /// Runs `body` once there is room for one more.
  ///
  /// - Throws: what `body` throws; `CancellationError`.
  func within<Result: Sendable>(
    _ repository: String, _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    let place = try await enter(repository)
    defer {
      state.withLock { $0.places[place]?.used -= 1 }
      change.notify()
    }
    return try await body()
  }

  /// A Harbor could not bear what goes to this project now: from here on it is half as much.
  func halve(_ repository: String) {
    state.withLock { state in
      let name = state.name(of: repository)
      guard state.isHarbor, let place = state.places[name] else { return }
      state.places[name]?.limit = max(min(place.limit, place.used) / 2, 1)
    }
  }

  private func enter(_ repository: String) async throws -> String {
    while true {
      let generation = change.generation
      let entered = state.withLock { state -> String? in
        let name = state.name(of: repository)
        var place = state.places[name] ?? Place(limit: state.isHarbor ? Self.harborLimit : .max)
        guard place.used < place.limit else { return nil }
        place.used += 1
        state.places[name] = place
        return name
      }
      if let entered { return entered }
      try await change.wait(since: generation)
    }
  }
}

extension UploadSlots.State {
  /// What shares a limit: a project of a Harbor, else the registry.
  fileprivate func name(of repository: String) -> String {
    isHarbor ? String(repository.prefix { $0 != "/" }) : ""
  }
}
