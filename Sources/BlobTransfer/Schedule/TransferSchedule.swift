import ImageModel

/// Which bytes are still to be asked for, and who is at which of them.
///
/// Ranges are handed out in pieces that shrink as less remains, so that all connections end together; the longest
/// blob comes first. Once nothing is left to hand out, an idle connection takes over half of what the slowest still
/// has to do. A value without I/O: the engine holds it behind a lock.
package struct TransferSchedule: Sendable {
  /// A contiguous range of one blob that one connection fetches.
  package struct Claim: Sendable, Hashable {
    package let id: Int
    /// Index of the blob in the order given at the beginning.
    package let blob: Int
    package var range: Range<Int64>
  }

  /// Who asks for work: a connection to one of several sources.
  package struct Taker: Sendable {
    /// How much of an even share it is given at a time: less than 1 for a slower source; nil for one whose pace is
    /// not known.
    package var share: Double? = 1
    /// Bytes per second; nil where it is not known.
    package var pace: Double?
    /// Whether its source sends ranges of blobs.
    package var takesRanges = true
    /// Whether no other source sends ranges of a blob: the rest of one that has begun can come from here alone.
    package var isOnlyOneForRest: @Sendable (_ blob: Int) -> Bool = { _ in false }
    /// Whether its source may be asked for a blob.
    package var mayTake: @Sendable (_ blob: Int) -> Bool = { _ in true }

    package init() {}
  }

  /// Pieces smaller than this cost more in round trips than they win.
  package static let smallestPiece: Int64 = 4 << 20
  /// The least that is worth taking over, in bytes.
  package static let smallestTakeover: Int64 = 1 << 20
  /// How long a claim must still go on, at its own pace, for a takeover to pay: the one it is taken from loses its
  /// connection.
  package static let shortestTakeover: Duration = .milliseconds(400)
  /// A claim that goes on for longer than this is worth taking over to its last byte.
  package static let longestWait: Duration = .seconds(3)

  /// Blobs below this are small, in bytes.
  static let smallBlob: Int64 = 1 << 20

  private struct Blob {
    let size: Int64
    var unclaimed: RangeSet
    /// Fetched over one connection.
    var isWholeOnly = false
    /// Ranges of it are not to be had: every request is for all of it.
    var isRangeless = false
  }

  private struct Active {
    var claim: Claim
    var position: Int64
    /// When it was handed out, on the engine's clock.
    let began: Duration

    var fetchedPart: Claim { Claim(id: claim.id, blob: claim.blob, range: claim.range.lowerBound..<position) }
  }

  private var blobs: [Blob]
  private var active: [Int: Active] = [:]
  private var nextID = 0
  /// No blob is served in ranges.
  package private(set) var isWholeOnly = false

  /// - Parameter blobs: size and the bytes that are already there, for each blob.
  package init(_ blobs: [(size: Int64, present: RangeSet)]) {
    self.blobs = blobs.map { blob in
      var unclaimed = RangeSet()
      for missing in blob.present.missing(in: 0..<blob.size) { unclaimed.insert(missing) }
      return Blob(size: blob.size, unclaimed: unclaimed)
    }
  }

  package var activeClaims: Int { active.count }

  /// The next range for a connection that is one of `connections`.
  ///
  /// - Parameter after: the claim that the connection just finished: going on right behind it keeps a blob's bytes
  ///   in order, which spares reading them back for the digest.
  package mutating func claim(
    connections: Int, after previous: Claim? = nil, at now: Duration, for taker: Taker = Taker()
  ) -> Claim? {
    let remaining = blobs.reduce(0) { $0 + $1.unclaimed.count }
    guard remaining > 0 else { return nil }
    let share = Double(remaining / Int64(max(connections, 1))) * (taker.share ?? 0)
    let piece = max(Self.smallestPiece, Int64(share))
    if let previous, taker.mayTake(previous.blob), taker.takesRanges,
      let next = blobs[previous.blob].unclaimed.ranges.first(where: { $0.lowerBound == previous.range.upperBound })
    {
      return hand(out: next, of: previous.blob, piece: piece, at: now)
    }
    var best: (blob: Int, range: Range<Int64>, left: Int64)?
    for index in blobs.indices where !blobs[index].unclaimed.isEmpty {
      let left = blobs[index].unclaimed.count
      guard best.map({ left > $0.left }) ?? true, mayTake(index, taker), isOpen(index, to: taker) else { continue }
      if let first = blobs[index].unclaimed.ranges.first { best = (index, first, left) }
    }
    return best.flatMap { hand(out: $0.range, of: $0.blob, piece: taker.takesRanges ? piece : .max, at: now) }
  }

  private func mayTake(_ blob: Int, _ taker: Taker) -> Bool {
    taker.mayTake(blob) || blobs[blob].unclaimed.ranges != [0..<blobs[blob].size] && taker.isOnlyOneForRest(blob)
  }

  /// Whether a blob has work for a taker.
  private func isOpen(_ blob: Int, to taker: Taker) -> Bool {
    // One stream: nobody else may be at this blob.
    if isWholeOnly || blobs[blob].isWholeOnly, active.values.contains(where: { $0.claim.blob == blob }) { return false }
    return isWholeOnly || taker.takesRanges || taker.isOnlyOneForRest(blob)
      || blobs[blob].unclaimed.ranges == [0..<blobs[blob].size]
  }

  private mutating func hand(
    out gap: Range<Int64>, of blob: Int, piece: Int64, at now: Duration
  ) -> Claim? {
    var range = gap
    if isWholeOnly || blobs[blob].isWholeOnly {
      // One stream: nobody else may be at this blob.
      guard !active.values.contains(where: { $0.claim.blob == blob }) else { return nil }
      if isWholeOnly || blobs[blob].isRangeless {
        // All of it will come anyway.
        range = gap.lowerBound..<(blobs[blob].unclaimed.ranges.last?.upperBound ?? gap.upperBound)
      }
    } else if range.upperBound - range.lowerBound > piece.addingReportingOverflow(piece / 2).partialValue, piece < .max
    {
      // A rest of less than half a piece is not worth a request of its own.
      range = range.lowerBound..<range.lowerBound + piece
    }
    blobs[blob].unclaimed.remove(range)
    return register(blob: blob, range: range, at: now)
  }

  private mutating func register(blob: Int, range: Range<Int64>, at now: Duration) -> Claim {
    let claim = Claim(id: nextID, blob: blob, range: range)
    nextID += 1
    active[claim.id] = Active(claim: claim, position: range.lowerBound, began: now)
    return claim
  }

  /// Notes that the bytes of a claim below `position` are in place, or are put there now.
  package mutating func advance(_ id: Int, to position: Int64) {
    guard var entry = active[id] else { return }
    entry.position = max(entry.position, position)
    active[id] = entry
  }

  /// Where a claim ends by now: before its first end where another connection took the rest over; nil once it has
  /// been withdrawn.
  package func end(of id: Int) -> Int64? { active[id]?.claim.range.upperBound }

  /// What to ask for, for the rest of a claim: all of the blob, where ranges are not to be had.
  package func request(for rest: Range<Int64>, of blob: Int) -> Range<Int64> {
    isWholeOnly || blobs[blob].isRangeless ? 0..<blobs[blob].size : rest
  }

  /// What a claim has still to fetch.
  package func rest(of id: Int) -> Range<Int64>? {
    active[id].map { $0.position..<max($0.position, $0.claim.range.upperBound) }
  }

  /// Whether what is to be fetched is mostly small blobs, for which the way there and back costs more than the bytes.
  package var consistsOfSmallBlobs: Bool {
    let missing = blobs.map(\.unclaimed.count).filter { $0 > 0 }
    return missing.count > ConnectionGovernor.polite && missing.reduce(0, +) / Int64(missing.count) < Self.smallBlob
  }

  /// Blobs that have something to hand out.
  package var unclaimedBlobs: [Int] { blobs.indices.filter { !blobs[$0].unclaimed.isEmpty } }

  /// Ends a claim: what it has not fetched is to be handed out again.
  ///
  /// - Returns: the part of it that is in place; nil where it has been withdrawn.
  @discardableResult
  package mutating func release(_ id: Int) -> Claim? {
    guard let entry = active.removeValue(forKey: id) else { return nil }
    let rest = entry.position..<max(entry.position, entry.claim.range.upperBound)
    if !rest.isEmpty { blobs[entry.claim.blob].unclaimed.insert(rest) }
    return entry.fetchedPart
  }

  /// The claims on a blob that are under way, each with the part of it that is in place.
  package func fetchedParts(of blob: Int) -> [Claim] {
    active.values.filter { $0.claim.blob == blob }.map(\.fetchedPart)
  }

  /// What the slowest claim still has to do, or the part of it that an idle connection gets done in the same time.
  package mutating func takeOver(at now: Duration, for taker: Taker = Taker()) -> Claim? {
    guard !isWholeOnly, taker.takesRanges else { return nil }
    let candidates = active.values.compactMap { entry -> (entry: Active, left: Duration)? in
      let rest = remaining(entry)
      guard rest > 0, !blobs[entry.claim.blob].isWholeOnly, taker.mayTake(entry.claim.blob) else { return nil }
      let left = timeLeft(entry, at: now)
      // One that has not moved may be waiting for its first byte.
      let isLarge = rest >= 2 * Self.smallestTakeover
      let isWorthIt = isLarge ? left >= Self.shortestTakeover : fetched(entry) > 0 && left >= Self.longestWait
      return isWorthIt ? (entry, left) : nil
    }
    guard let slowest = candidates.max(by: { $0.left < $1.left })?.entry else { return nil }
    let end = slowest.claim.range.upperBound
    let kept = keptPart(of: slowest, at: now, besides: taker.pace)
    active[slowest.claim.id]?.claim.range = slowest.claim.range.lowerBound..<slowest.position + kept
    return register(blob: slowest.claim.blob, range: slowest.position + kept..<end, at: now)
  }

  /// How much the connection of a claim that is taken over goes on with: half, or less where it is the slower one.
  private func keptPart(of entry: Active, at now: Duration, besides pace: Double?) -> Int64 {
    let half = remaining(entry) / 2
    let spent = (now - entry.began) / .seconds(1)
    guard let pace, pace > 0, spent > 0, fetched(entry) > 0 else { return half }
    let own = Double(fetched(entry)) / spent
    let kept = min(Int64(Double(remaining(entry)) * own / (own + pace)), half)
    return kept < Self.smallestTakeover ? 0 : kept
  }

  private func remaining(_ entry: Active) -> Int64 { entry.claim.range.upperBound - entry.position }

  private func fetched(_ entry: Active) -> Int64 { entry.position - entry.claim.range.lowerBound }

  /// How long a claim goes on at its own pace. One that has not moved yet is believed to need as long again as it
  /// has taken.
  private func timeLeft(_ entry: Active, at now: Duration) -> Duration {
    let spent = now - entry.began
    guard fetched(entry) > 0 else { return spent }
    return spent * (Double(remaining(entry)) / Double(fetched(entry)))
  }

  /// The server sends the whole blob to whoever asks for a part: this claim becomes the only one of its blob.
  package mutating func becomeWhole(_ id: Int) {
    isWholeOnly = true
    guard var entry = active[id] else { return }
    let blob = entry.claim.blob
    for other in active.values where other.claim.blob == blob && other.claim.id != id {
      active[other.claim.id] = nil
    }
    blobs[blob].unclaimed = RangeSet()
    entry.claim.range = 0..<blobs[blob].size
    entry.position = 0
    active[id] = entry
  }

  /// Hands out ranges of a blob that were believed to be there.
  package mutating func offer(_ ranges: [Range<Int64>], of blob: Int) {
    for range in ranges { blobs[blob].unclaimed.insert(range) }
  }

  /// Forgets every byte of a blob, and every claim on it: it begins anew, over one connection.
  ///
  /// - Parameter rangeless: every request is for all of it from now on.
  package mutating func restart(blob: Int, rangeless: Bool = false) {
    for entry in active.values where entry.claim.blob == blob { active[entry.claim.id] = nil }
    blobs[blob].unclaimed = RangeSet()
    if blobs[blob].size > 0 { blobs[blob].unclaimed.insert(0..<blobs[blob].size) }
    blobs[blob].isWholeOnly = true
    blobs[blob].isRangeless = blobs[blob].isRangeless || rangeless
  }
}
