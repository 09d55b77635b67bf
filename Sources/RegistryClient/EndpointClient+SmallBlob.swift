import HTTPAccess
import ImageModel
import Synchronization
import Waiting

extension EndpointClient {
  /// Fetches a whole blob into memory and checks its size and digest: for configs, which are small. The caller
  /// bounds the descriptor's size.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  public func smallBlob(_ repository: String, _ descriptor: Descriptor) async throws -> [UInt8] {
    guard descriptor.size > 0 else { return try checked([], descriptor) }
    return try await retrier.run {
      do {
        return try await self.smallBlobOnce(repository, descriptor)
      } catch let error as RegistryError {
        // Wrong bytes are worth one more request, as those of a layer are.
        guard case .blobDigestMismatch = error.reason else { throw error }
        return try await self.smallBlobOnce(repository, descriptor)
      }
    }
  }

  /// The same, tried once.
  ///
  /// - Parameter received: told of bytes as they come, wrong ones included.
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func smallBlobOnce(
    _ repository: String, _ descriptor: Descriptor, lane: Int? = nil,
    received: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> [UInt8] {
    let receiver = MemoryReceiver(received)
    try await blob(repository, descriptor, range: ByteRange(0..<descriptor.size), lane: lane, receiver: receiver)
    // A body that ended early is a line that broke.
    guard receiver.bytes.count == descriptor.size else {
      throw RegistryError(.network(.connectionLost(host: endpoint.origin.description)))
    }
    return try checked(receiver.bytes, descriptor)
  }

  private func checked(_ bytes: [UInt8], _ descriptor: Descriptor) throws -> [UInt8] {
    guard bytes.count == descriptor.size else {
      throw RegistryError(
        .sizeMismatch(descriptor.digest, expected: descriptor.size, found: Int64(bytes.count)))
    }
    let digest = Digest.hash(bytes, algorithm: descriptor.digest.algorithm)
    guard digest == descriptor.digest else {
      throw RegistryError(.blobDigestMismatch(expected: descriptor.digest, found: digest))
    }
    return bytes
  }
}

private final class MemoryReceiver: BlobReceiver {
  private let collected = Mutex<[UInt8]>([])
  private let received: @Sendable (Int) -> Void

  init(_ received: @escaping @Sendable (Int) -> Void) {
    self.received = received
  }

  var bytes: [UInt8] { collected.withLock { $0 } }

  func begin(at offset: Int64, isWhole: Bool) {
    collected.withLock { $0 = [] }
  }

  func receive(_ chunk: UnsafeRawBufferPointer) {
    received(chunk.count)
    collected.withLock { $0.append(contentsOf: chunk) }
  }
}
