import ImageModel
import RegistryClient
import Synchronization

/// Puts the bytes of one claim in their place while they arrive.
final class ClaimReceiver: BlobReceiver {
  /// The claim has no more work: another connection took the rest, or the blob began anew.
  struct ClaimEnded: Error {}

  private let fill: ArchiveFill
  private let work: ArchiveFill.Work
  private let blob: BlobInFlight
  private let generation: Int
  private let current: Mutex<Int64>

  init(fill: ArchiveFill, work: ArchiveFill.Work, blob: BlobInFlight, from position: Int64) {
    self.fill = fill
    self.work = work
    self.blob = blob
    generation = blob.generation
    current = Mutex(position)
  }

  /// Where in the blob the bytes that came end.
  var position: Int64 { current.withLock { $0 } }

  func begin(at offset: Int64, isWhole: Bool) throws {
    guard fill.responseBegan(work, isWhole: isWhole) else { throw ClaimEnded() }
    current.withLock { $0 = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let position = position
    guard let end = fill.end(of: work.claim), end > position else { throw ClaimEnded() }
    let wanted = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(min(Int64(bytes.count), end - position))))
    let followUp = try blob.take(wanted, at: position, generation: generation)
    let next = position + Int64(wanted.count)
    current.withLock { $0 = next }
    try fill.advanced(work, over: position..<next, received: bytes.count, followUp: followUp)
    if wanted.count < bytes.count { throw ClaimEnded() }
  }
}

/// What receivers tell, on connections' threads.
extension ArchiveFill {
  func end(of claim: TransferSchedule.Claim) -> Int64? {
    state.withLock { $0.schedule.end(of: claim.id) }
  }

  /// - Returns: whether the response is of use.
  func responseBegan(_ work: Work, isWhole: Bool) -> Bool {
    state.withLock { state in
      let (claim, source) = (work.claim, work.source)
      if isWhole, claim.range != 0..<blobs[claim.blob].descriptor.size {
        // It sends whole blobs. Others can send the part that is wanted.
        guard !state.board.hasAlternative(to: source, for: claim.blob) else {
          state.board[source].isRangeless = true
          return false
        }
        state.schedule.becomeWhole(claim.id)
      }
      return true
    }
  }

  func advanced(
    _ work: Work, over range: Range<Int64>, received: Int, followUp: BlobInFlight.FollowUp
  ) throws {
    state.withLock { state in
      state.fetched += Int64(received)
      state.board[work.source].received(Int64(received))
      state.schedule.advance(work.claim.id, to: range.upperBound)
    }
    try record(work.claim.blob, range)
    send(followUp, of: work.claim.blob)
  }
}
