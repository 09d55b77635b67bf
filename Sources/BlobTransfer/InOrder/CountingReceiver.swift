import Waiting

/// Counts what comes before it passes it on.
final class CountingReceiver: BlobReceiver {
  private let receiver: any BlobReceiver
  private let count: @Sendable (Int) -> Void

  init(_ receiver: any BlobReceiver, count: @escaping @Sendable (Int) -> Void) {
    self.receiver = receiver
    self.count = count
  }

  func begin(at offset: Int64, isWhole: Bool) throws { try receiver.begin(at: offset, isWhole: isWhole) }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    count(bytes.count)
    try receiver.receive(bytes)
  }

  var pause: ReceiverPause? { receiver.pause }
}
