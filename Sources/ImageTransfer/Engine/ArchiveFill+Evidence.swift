import ImageModel
import NIOPosix

/// Finds out which of several sources sent wrong bytes of a blob: what each sent is digested before it is overwritten, and
/// compared with what is there once the digest of the blob is right.
extension ArchiveFill {
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
  func isSuspicious(_ index: Int) -> Bool { state.withLock { $0.evidence[index] != nil } }

  func evidence(_ shares: [Share], of index: Int) async throws -> [Evidence] {
    zip(shares, try await digests(of: shares.map(\.range), index)).map { share, digest in
      Evidence(source: share.source, range: share.range, digest: digest)
    }
  }

  /// Names those whose bytes were others than the right ones, which are there now, and lets the rest serve again.
  func convict(_ index: Int) async throws {
    guard let evidence = state.withLock({ $0.evidence.removeValue(forKey: index) }) else { return }
    let right = try await digests(of: evidence.map(\.range), index)
    let guilty = Set(zip(evidence, right).filter { $0.digest != $1 }.map(\.0.source))
    state.withLock { $0.board.convict(guilty, of: Set(evidence.map(\.source)), for: index) }
    tell(guilty, wrong: index)
  }

  /// Says that sources sent wrong bytes of a blob.
  func tell(_ guilty: Set<Int>, wrong index: Int) {
    for source in guilty.sorted() { observe(.wrongBytes(index, source: sources[source].name)) }
  }

  private func digests(of ranges: [Range<Int64>], _ index: Int) async throws -> [Digest] {
    let blob = blobs[index]
    return try await NIOThreadPool.singleton.runIfActive { try blob.digests(of: ranges) }
  }
}

extension ArchiveFill.State {
  /// Who sent what of a blob, up to now.
  mutating func takeShares(of blob: Int) -> [ArchiveFill.Share] {
    let underWay = schedule.fetchedParts(of: blob).compactMap { claim in
      sourceOfClaim[claim.id].map { ArchiveFill.Share(source: $0, range: claim.range) }
    }
    return ((shares.removeValue(forKey: blob) ?? []) + underWay).filter { !$0.range.isEmpty }
  }
}
