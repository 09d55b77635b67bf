import HTTPAccess
import ImageCopy
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Tags and referrers, as registries listed them last.
///
/// A list is asked for again after a minute. Where the registry fails or is slow to answer, the one from before is given.
final class CachedLists: Sendable {
  private static let limit = 512
  /// In seconds.
  private static let lifetime: Int64 = 60

  enum Question: Sendable, Hashable {
    case tags(ImageReference)
    case referrers(ImageReference, of: Digest)
  }

  enum List: Sendable {
    case tags([String])
    /// Nil where the registry has no such lists.
    case referrers([Descriptor]?)
  }

  private struct Kept {
    let list: List
    /// When it was asked for last, in seconds since 1970.
    let time: Int64
  }

  private let pull: ImagePull
  private let patience: UpstreamPatience
  private let observe: @Sendable (any Error) -> Void
  private let work = SharedWork<Question, List>()
  private let kept = Mutex(BoundedTable<Question, Kept>(limit: limit))
  private let now: @Sendable () -> Int64

  /// - Parameter now: seconds since 1970.
  init(
    _ pull: ImagePull, clock: any Clock<Duration>, now: @escaping @Sendable () -> Int64,
    observe: @escaping @Sendable (any Error) -> Void
  ) {
    self.pull = pull
    self.observe = observe
    patience = .withFormer(clock)
    self.now = now
  }

  /// - Returns: the list, and whether it is one from before.
  /// - Throws: `RegistryError`; `CancellationError`.
  func list(_ question: Question) async throws -> (list: List, isStale: Bool) {
    let now = now()
    guard let known = kept.withLock({ $0[question, at: .zero] }) else { return (try await ask(question), false) }
    if now - known.time < Self.lifetime { return (known.list, false) }
    do { return (try await patience.soon { try await self.ask(question) }, false) } catch {
      try UpstreamPatience.checkForgiven(error)
      observe(error)
      // Not everyone who asks has to wait.
      kept.withLock { $0[question, at: .zero] = Kept(list: known.list, time: now) }
      return (known.list, true)
    }
  }

  private func ask(_ question: Question) async throws -> List {
    try await work.value(for: question) { [self] in
      let list: List
      switch question {
      case .tags(let place): list = .tags(try await pull.allTags(of: place) { _ in })
      case .referrers(let place, let digest):
        list = .referrers(try await pull.referrers(of: digest, in: place) { _ in })
      }
      let now = now()
      kept.withLock { $0[question, at: .zero] = Kept(list: list, time: now) }
      return list
    }
  }
}
