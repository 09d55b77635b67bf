import ImageModel
import Synchronization
import Waiting

/// Puts the bytes of one claim in their place while they arrive, as long as the claim has work: another connection may take
/// the rest, or the blob may begin anew.
final class ClaimReceiver: BlobReceiver {
  private let transfer: PlacedTransfer
  private let work: PlacedTransfer.Work
  private let blob: PlacedBlob
  private let generation: Int
  private let current: Mutex<Int64>

  init(transfer: PlacedTransfer, work: PlacedTransfer.Work, blob: PlacedBlob, from position: Int64) {
    self.transfer = transfer
    self.work = work
    self.blob = blob
    generation = blob.generation
    current = Mutex(position)
  }

  /// Where in the blob the bytes that came end.
  var position: Int64 { current.withLock { $0 } }

  func begin(at offset: Int64, isWhole: Bool) throws {
    guard transfer.responseBegan(work, isWhole: isWhole) else { throw EnoughReceived() }
    current.withLock { $0 = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let position = position
    guard let end = transfer.end(of: work.claim), end > position else { throw EnoughReceived() }
    let wanted = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(min(Int64(bytes.count), end - position))))
    let next = position + Int64(wanted.count)
    // First: once the bytes are there, all may be, and wrong; then it is asked who sent which.
    transfer.advance(work, to: next)
    let followUp = try blob.take(wanted, at: position, generation: generation)
    current.withLock { $0 = next }
    try transfer.took(position..<next, of: work, received: bytes.count, followUp: followUp)
    if wanted.count < bytes.count { throw EnoughReceived() }
  }
}

/// What receivers tell, on connections' threads.
extension PlacedTransfer {
  func end(of claim: TransferSchedule.Claim) -> Int64? {
    state.withLock { $0.schedule.end(of: claim.id) }
  }

  /// - Returns: whether the response is of use.
  func responseBegan(_ work: Work, isWhole: Bool) -> Bool {
    let (claim, source) = (work.claim, work.source)
    guard isWhole, claim.range != 0..<blobs[claim.blob].descriptor.size else { return true }
    // It sends whole blobs. Others can send the part that is wanted, as long as ranges are asked for at all.
    let isWholeOnly = state.withLock { $0.schedule.isWholeOnly }
    let isPassedOver = pool.withBoard { board in
      guard !isWholeOnly, board.hasRangedAlternative(to: source, for: claim.blob) else { return false }
      board[source].isRangeless = true
      return true
    }
    if !isPassedOver { state.withLock { $0.schedule.becomeWhole(claim.id) } }
    return !isPassedOver
  }

  func advance(_ work: Work, to position: Int64) {
    state.withLock { $0.schedule.advance(work.claim.id, to: position) }
  }

  func took(_ range: Range<Int64>, of work: Work, received: Int, followUp: PlacedBlob.FollowUp) throws {
    pool.received(received, from: work.source)
    try blobs[work.claim.blob].sink.note(range)
    send(followUp, of: work.claim.blob)
  }
}
