import ImageModel
import RegistryClient
import Synchronization

/// Puts the bytes of one claim in their place while they arrive.
final class ClaimReceiver: BlobReceiver {
  /// The claim has no more work: another connection took the rest, or the blob began anew.
  struct ClaimEnded: Error {}

  private let fill: ArchiveFill
  private let claim: TransferSchedule.Claim
  private let blob: BlobInFlight
  private let generation: Int
  private let current: Mutex<Int64>

  init(fill: ArchiveFill, claim: TransferSchedule.Claim, blob: BlobInFlight, from position: Int64) {
    self.fill = fill
    self.claim = claim
    self.blob = blob
    generation = blob.generation
    current = Mutex(position)
  }

  /// Where in the blob the bytes that came end.
  var position: Int64 { current.withLock { $0 } }

  func begin(at offset: Int64, isWhole: Bool) throws {
    if isWhole { fill.rangesWereIgnored(claim) }
    current.withLock { $0 = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let position = position
    guard let end = fill.end(of: claim), end > position else { throw ClaimEnded() }
    let wanted = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(min(Int64(bytes.count), end - position))))
    let followUp = try blob.take(wanted, at: position, generation: generation)
    let next = position + Int64(wanted.count)
    current.withLock { $0 = next }
    try fill.advanced(claim, over: position..<next, received: bytes.count, followUp: followUp)
    if wanted.count < bytes.count { throw ClaimEnded() }
  }
}
