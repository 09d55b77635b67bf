import ImageModel
import NIOPosix

/// Finds out which of several sources sent wrong bytes of a blob: what each sent is digested before it is overwritten, and
/// compared with what is there once the digest of the blob is right.
extension PlacedTransfer {
  /// Bytes of a blob that came from one source.
  struct Share: Sendable {
    let source: Int
    let range: Range<Int64>
  }

  /// What a source sent for a range of a blob.
  struct Evidence: Sendable {
    let source: Int
    let range: Range<Int64>
    let digest: Digest
  }

  /// Whether it is not known yet who sent wrong bytes of a blob.
  func mayBeCorrupt(_ index: Int) -> Bool { state.withLock { $0.evidence[index] != nil } }

  func evidence(_ shares: [Share], of index: Int) async throws -> [Evidence] {
    zip(shares, try await digests(of: shares.map(\.range), index)).map { share, digest in
      Evidence(source: share.source, range: share.range, digest: digest)
    }
  }

  /// Names those whose bytes were others than the right ones, which are there now, and lets the rest serve again.
  func judgeSources(_ index: Int) async throws {
    guard let evidence = state.withLock({ $0.evidence.removeValue(forKey: index) }) else { return }
    let right = try await digests(of: evidence.map(\.range), index)
    let guilty = Set(zip(evidence, right).filter { $0.digest != $1 }.map(\.0.source))
    pool.withBoard { $0.dropCorrupting(guilty, of: Set(evidence.map(\.source)), for: index) }
    reportWrongBytes(guilty, of: index)
  }

  /// Says that sources sent wrong bytes of a blob.
  func reportWrongBytes(_ guilty: Set<Int>, of index: Int) {
    for source in guilty.sorted() { observe(.wrongBytes(index, source: pool.name(source))) }
  }

  private func digests(of ranges: [Range<Int64>], _ index: Int) async throws -> [Digest] {
    let blob = blobs[index]
    return try await threads.runIfActive { try blob.digests(of: ranges) }
  }
}

extension PlacedTransfer.State {
  /// Who sent what of a blob, up to now. Nobody is named where some of it came in another way: that may be what is wrong.
  mutating func takeShares(of blob: Int, size: Int64) -> [PlacedTransfer.Share] {
    var sent = shares.removeValue(forKey: blob) ?? [:]
    for claim in schedule.fetchedParts(of: blob) {
      if let source = sourceOfClaim[claim.id] { sent[source, default: RangeSet()].insert(claim.range) }
    }
    var all = RangeSet()
    for range in sent.values.flatMap(\.ranges) { all.insert(range) }
    guard all.contains(0..<size) else { return [] }
    return sent.flatMap { source, ranges in ranges.ranges.map { PlacedTransfer.Share(source: source, range: $0) } }
  }
}
