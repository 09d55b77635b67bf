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
    let claim = work.claim.id
    guard let end = transfer.state.withLock({ $0.schedule.end(of: claim) }), end > position else {
      throw EnoughReceived()
    }
    let wanted = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(min(Int64(bytes.count), end - position))))
    let next = position + Int64(wanted.count)
    // First: once the bytes are there, all may be, and wrong; then it is asked who sent which.
    transfer.state.withLock { $0.schedule.advance(claim, to: next) }
    let followUp = try blob.take(wanted, at: position, generation: generation)
    current.withLock { $0 = next }
    transfer.pool.received(bytes.count, from: work.source)
    try blob.sink.note(position..<next)
    transfer.send(followUp, of: work.claim.blob)
    if wanted.count < bytes.count { throw EnoughReceived() }
  }
}

extension PlacedTransfer {
  /// - Returns: whether the response is of use.
  fileprivate func responseBegan(_ work: Work, isWhole: Bool) -> Bool {
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
}
