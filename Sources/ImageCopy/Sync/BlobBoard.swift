import ImageModel
import Synchronization
import Waiting

/// Which repositories of one registry have which blobs, as far as a run has found out, and which blobs are on their way there:
/// so that a blob of several images is sent once and mounted after that.
final class BlobBoard: Sendable {
  /// What to do with a blob that a repository needs.
  enum Step: Sendable, Hashable {
    /// It is there.
    case present
    /// Bring it there; these repositories have it. ``end(_:in:isThere:)`` must follow.
    case bring(holders: [String])
    /// Somebody brings it to the registry. Look again after a change since this generation.
    case wait(since: Int)
  }

  private struct Place: Hashable {
    let blob: Digest
    let repository: String
  }

  private struct State {
    var holders: [Digest: [String]] = [:]
    var count = 0
    /// On the way to the registry, which does not have it as far as is known.
    var first: Set<Digest> = []
    var arriving: Set<Place> = []

    mutating func note(_ blob: Digest, in repository: String) {
      guard count < BlobBoard.limit, holders[blob]?.contains(repository) != true else { return }
      holders[blob, default: []].append(repository)
      count += 1
    }
  }

  /// Pairs of blob and repository that are remembered: what is beyond that is asked for again.
  private static let limit = 200_000

  private let state = Mutex(State())
  private let change = ChangeSignal()

  func note(_ blob: Digest, in repository: String) { state.withLock { $0.note(blob, in: repository) } }

  func isThere(_ blob: Digest, in repository: String) -> Bool {
    state.withLock { $0.holders[blob]?.contains(repository) ?? false }
  }

  func step(_ blob: Digest, in repository: String) -> Step {
    let generation = change.generation
    let place = Place(blob: blob, repository: repository)
    return state.withLock { state in
      let holders = state.holders[blob] ?? []
      if holders.contains(repository) { return .present }
      if state.arriving.contains(place) || holders.isEmpty && state.first.contains(blob) {
        return .wait(since: generation)
      }
      if holders.isEmpty { state.first.insert(blob) }
      state.arriving.insert(place)
      return .bring(holders: holders)
    }
  }

  /// What ``step(_:in:)`` wanted has been done, or has failed.
  func end(_ blob: Digest, in repository: String, isThere: Bool) {
    state.withLock { state in
      state.first.remove(blob)
      state.arriving.remove(Place(blob: blob, repository: repository))
      if isThere { state.note(blob, in: repository) }
    }
    change.notify()
  }

  /// - Throws: `CancellationError`.
  func wait(since generation: Int) async throws { try await change.wait(since: generation) }

  /// The same question for a plan that nobody carries out: what would have been brought counts as brought.
  ///
  /// - Returns: nil where it is there; else whether another repository has it.
  func plan(_ blob: Digest, in repository: String) -> Bool? {
    state.withLock { state in
      let holders = state.holders[blob] ?? []
      guard !holders.contains(repository) else { return nil }
      state.note(blob, in: repository)
      return !holders.isEmpty
    }
  }
}
