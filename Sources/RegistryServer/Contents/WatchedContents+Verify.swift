import ArchiveTools
import ImageArchive
import SystemPackage
import Waiting

extension WatchedContents {
  /// Reads all of what is served, one archive after another, and what appears or changes later as well, for as long as the
  /// task is not cancelled. What is damaged is not served any more.
  ///
  /// - Parameter notice: told what came of each, once per change.
  package func verify(
    every interval: Duration, clock: any Clock<Duration> = ContinuousClock(),
    notice: @Sendable (ContentsNotice) -> Void
  ) async throws {
    while true {
      while let notices = try await verifyNext() { notices.forEach(notice) }
      try await clock.sleep(for: interval)
    }
  }

  /// Reads all of the first archive that was not read yet as it is now.
  ///
  /// An archive with damage is left out as a whole until it changes: its blobs are taken from others that have them.
  ///
  /// - Returns: what there is to say; nil where every archive was read.
  /// - Throws: `CancellationError`.
  package func verifyNext() async throws -> [ContentsNotice]? {
    guard let (place, stamp) = try await nextUnverified() else { return nil }
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
    let isSame = try await Workers.current.run { PlaceStamp(place) == stamp }
    guard isSame, note(Verified(stamp: stamp, isDamaged: isDamaged), of: place) else { return [] }
    return isDamaged ? [notice] + (try await rebuild()) : [notice]
  }

  /// - Returns: whether the archive is still the one that is served.
  private func note(_ verified: Verified, of place: FilePath) -> Bool {
    state.withLock { state in
      guard state.opened[place]?.stamp == verified.stamp else { return false }
      state.verified[place] = verified
      if verified.isDamaged { state.version += 1 }
      return true
    }
  }

  /// One that stands on the disk as it was opened; another one is opened anew first.
  private func nextUnverified() async throws -> (FilePath, PlaceStamp)? {
    let pending = state.withLock { state in
      order(in: state).compactMap { place -> (FilePath, PlaceStamp)? in
        guard let opened = state.opened[place], let stamp = opened.stamp, (try? opened.archive.get()) != nil,
          state.verified[place]?.stamp != stamp
        else { return nil }
        return (place, stamp)
      }
    }
    guard !pending.isEmpty else { return nil }
    return try await Workers.current.run { pending.first { PlaceStamp($0.0) == $0.1 } }
  }
}
