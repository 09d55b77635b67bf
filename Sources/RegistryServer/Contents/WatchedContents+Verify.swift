import ArchiveTools
import ImageArchive
import SystemPackage
import Waiting

extension WatchedContents {
  /// Reads all of what is served, one archive after another, and what appears or changes later as well, for as long as the
  /// task is not cancelled. What is damaged is not served any more.
  ///
  /// - Parameters:
  ///   - all: false for those alone that were written to after they were served.
  ///   - notice: told what came of each, once per change.
  package func verify(
    _ all: Bool, every interval: Duration, clock: any Clock<Duration> = ContinuousClock(),
    notice: @Sendable (ContentsNotice) -> Void
  ) async throws {
    while true {
      while let notices = try await verifyNext(all) { notices.forEach(notice) }
      try await clock.sleep(for: interval)
    }
  }

  /// Reads all of the first archive that was not read yet as it is now.
  ///
  /// An archive with damage is left out as a whole until it changes: its blobs are taken from others that have them.
  ///
  /// - Returns: what there is to say; nil where every archive was read.
  /// - Throws: `CancellationError`.
  package func verifyNext(_ all: Bool = true) async throws -> [ContentsNotice]? {
    guard let (place, stamp) = try await nextUnverified(all) else { return nil }
    var notice: ContentsNotice
    var isDamaged = true
    do {
      let verification = try await ArchiveVerifier(place).verify { _ in }
      isDamaged = verification.findings.contains(where: \.isDamage)
      notice = isDamaged ? .damaged(place) : verification.faults > 0 ? .faulty(place) : .verified(place)
    } catch let error as ArchiveError {
      notice = .unreadable(place, error)
    } catch {
      try Task.checkCancellation()
      notice = .damaged(place)
    }
    // What was replaced or taken away meanwhile was not read as it is: its turn comes again.
    let isSame = try await Workers.current.run { [self] in self.stamp(of: place) == stamp }
    guard isSame, let changesContents = note(Verified(stamp: stamp, isDamaged: isDamaged), of: place) else { return [] }
    return changesContents ? [notice] + (try await rebuild()) : [notice]
  }

  /// - Returns: whether something else is served now; nil where the archive is not the one any more that was opened.
  private func note(_ verified: Verified, of place: FilePath) -> Bool? {
    state.withLock { state in
      guard state.opened[place]?.stamp == verified.stamp else { return nil }
      let changesContents = verified.isDamaged || state.isUnchecked(place)
      // Its blobs count as they are now.
      if state.isUnchecked(place), !verified.isDamaged { state.served[place] = nil }
      state.verified[place] = verified
      if changesContents { state.version += 1 }
      return changesContents
    }
  }

  /// One that stands on the disk as it was opened; another one is opened anew first.
  private func nextUnverified(_ all: Bool) async throws -> (FilePath, PlaceStamp)? {
    let pending = state.withLock { state in
      order(in: state).compactMap { place -> (FilePath, PlaceStamp)? in
        guard let opened = state.opened[place], let stamp = opened.stamp, opened.archive != nil,
          state.verified[place]?.stamp != stamp, all || state.rewritten.contains(place)
        else { return nil }
        return (place, stamp)
      }
    }
    guard !pending.isEmpty else { return nil }
    return try await Workers.current.run { [self] in pending.first { stamp(of: $0.0) == $0.1 } }
  }

  private func stamp(of place: FilePath) -> PlaceStamp? {
    PlaceStamp(place, with: state.withLock { $0.watched[place] ?? [] })
  }
}
