import HTTPAccess
import ImageModel
import Synchronization
import Waiting

/// Where a registry sends its clients for the bytes of its blobs.
///
/// An address is asked directly until it is refused: a signed one expires. Then it is dropped, once, and one of those who
/// want the blob asks the registry for another, while the rest wait for what it hears.
final class BlobAddresses: Sendable {
  /// Whom to ask for a blob.
  enum Way: Sendable {
    case registry
    /// The registry, for a new address that all who want the blob wait for: ``answered(_:by:isElsewhere:)`` or ``refreshFailed(_:)`` must follow.
    case refreshFromRegistry
    case storage(AbsoluteURL)
  }

  private enum Place {
    case known(AbsoluteURL)
    /// The one that was known has been refused.
    case refused
    /// Somebody asks for all.
    case asking
  }

  private let places: Mutex<BoundedTable<Digest, Place>>
  private let time: Stopwatch
  private let change = ChangeSignal()

  /// Addresses that are kept, and for how long: few signed ones are good for longer.
  init(clock: any Clock<Duration>, limit: Int = 4096, lifetime: Duration = .seconds(3600)) {
    time = Stopwatch(clock)
    places = Mutex(BoundedTable(limit: limit, lifetime: lifetime))
  }

  /// As long as no address was ever refused nobody waits: where the registry serves the bytes itself, there is nothing to
  /// wait for.
  ///
  /// - Throws: `CancellationError`.
  func way(to blob: Digest) async throws -> Way {
    while true {
      let generation = change.generation
      let way = places.withLock { places -> Way? in
        switch places[blob, at: time.elapsed] {
        case nil: return .registry
        case .known(let address): return .storage(address)
        case .asking: return nil
        case .refused:
          places[blob, at: time.elapsed] = .asking
          return .refreshFromRegistry
        }
      }
      if let way { return way }
      try await change.wait(since: generation)
    }
  }

  /// The bytes of a blob have begun to come from this address.
  func answered(_ blob: Digest, by address: AbsoluteURL, isElsewhere: Bool) {
    places.withLock { $0[blob, at: time.elapsed] = isElsewhere ? .known(address) : nil }
    change.notify()
  }

  /// Whoever asked for a new address got no bytes: another may ask.
  func refreshFailed(_ blob: Digest) {
    places.withLock { places in
      if case .asking = places[blob, at: time.elapsed] { places[blob, at: time.elapsed] = .refused }
    }
    change.notify()
  }

  /// An address gave no bytes. Where it is no longer the one that is known, another has taken note already.
  func refused(_ blob: Digest, at address: AbsoluteURL) {
    places.withLock { places in
      if case .known(address) = places[blob, at: time.elapsed] { places[blob, at: time.elapsed] = .refused }
    }
    change.notify()
  }
}
