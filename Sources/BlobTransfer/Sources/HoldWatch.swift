import Synchronization
import Waiting

/// Passes on what one request brings, and notes whether the receiver held the connection back.
final class HoldWatch: BlobReceiver {
  private let receiver: any BlobReceiver
  private let isHeldBack = Atomic(false)

  init(_ receiver: any BlobReceiver) {
    self.receiver = receiver
  }

  /// Whether the connection had to wait behind the last bytes that it brought, even if it need not any more.
  var wasHeldBack: Bool { isHeldBack.load(ordering: .relaxed) }

  func begin(at offset: Int64, isWhole: Bool) throws { try receiver.begin(at: offset, isWhole: isWhole) }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    isHeldBack.store(false, ordering: .relaxed)
    try receiver.receive(bytes)
  }

  var pause: ReceiverPause? {
    let pause = receiver.pause
    if pause != nil { isHeldBack.store(true, ordering: .relaxed) }
    return pause
  }
}
