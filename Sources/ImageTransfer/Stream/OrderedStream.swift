import ImageArchive
import ImageModel
import RegistryClient
import Synchronization

/// Writes an archive in order into a stream that cannot be gone back in, such as a pipe.
///
/// Each blob is fetched in turn; a broken line is continued at the byte where it broke. What a stream was given
/// cannot be taken back: a blob with the wrong digest ends it, before the end-of-archive blocks that would make a
/// reader take it for whole.
package struct OrderedStream: Sendable {
  let plan: ArchivePlan
  let known: [Digest: [UInt8]]
  /// Blobs that stand on disk.
  let shelf: BlobShelf
  let source: any BlobSource
  let retrier: Retrier
  let write: @Sendable (UnsafeRawBufferPointer) throws -> Void
  let observe: @Sendable (StreamEvent) -> Void

  package enum StreamEvent: Sendable {
    /// Bytes below `position` have been written; `count` came over the network since the last event.
    case received(Digest, position: Int64, count: Int64)
    case verified(Digest, BlobOrigin)
    /// What stands in this file is not the blob.
    case wrongCopy(Digest, path: String)
  }

  /// - Throws: `RegistryError`; what `write` throws; `CancellationError`.
  package func run() async throws {
    for extent in plan.extents {
      try Task.checkCancellation()
      switch extent {
      case .literal(_, let bytes): try bytes.withUnsafeBytes { try write($0) }
      case .blob(_, let blob):
        if let bytes = known[blob.digest] {
          try bytes.withUnsafeBytes { try write($0) }
          observe(.received(blob.digest, position: blob.size, count: 0))
          observe(.verified(blob.digest, .registry))
        } else if try await passOnStored(blob) {
          observe(.verified(blob.digest, .reused))
        } else {
          try await copy(blob)
          observe(.verified(blob.digest, .registry))
        }
      }
    }
  }

  /// Passes a blob on that stands on disk; false where it is to be fetched.
  private func passOnStored(_ blob: Descriptor) async throws -> Bool {
    guard let stored = shelf.blob(blob.digest, size: blob.size) else { return false }
    switch try await StoredBlobReader(stored).passOn(write, { observe(.received(blob.digest, position: $0, count: 0)) })
    {
    case .passedOn: return true
    case .missing: return false
    case .wrong:
      observe(.wrongCopy(blob.digest, path: stored.path.string))
      return false
    }
  }

  private func copy(_ blob: Descriptor) async throws {
    let receiver = InOrderReceiver(blob: blob, write: write, observe: observe)
    var failures = 0
    var progress: Int64 = 0
    while receiver.position < blob.size {
      let start = receiver.position
      do {
        try await source.fetch(blob, range: start..<blob.size, lane: 0, receiver: receiver)
        guard receiver.position > start else { throw RegistryError(.connectionLost(host: source.name)) }
      } catch let error as RegistryError {
        progress += receiver.position - start
        if progress >= retrier.policy.progressThatCounts { (failures, progress) = (0, 0) }
        try await retrier.pause(after: error, failures: &failures)
      }
    }
    let found = receiver.digest()
    guard found == blob.digest else {
      throw RegistryError(.blobDigestMismatch(expected: blob.digest, found: found))
    }
  }
}

/// Passes on what comes next in order, and drops what a server repeats.
private final class InOrderReceiver: BlobReceiver {
  private struct State {
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
    /// How much has been passed on.
    var position: Int64 = 0
    var hasher: DigestHasher
  }

  private let blob: Descriptor
  private let write: @Sendable (UnsafeRawBufferPointer) throws -> Void
  private let observe: @Sendable (OrderedStream.StreamEvent) -> Void
  private let state: Mutex<State>

  init(
    blob: Descriptor, write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void,
    observe: @escaping @Sendable (OrderedStream.StreamEvent) -> Void
  ) {
    self.blob = blob
    self.write = write
    self.observe = observe
    state = Mutex(State(hasher: DigestHasher(blob.digest.algorithm)))
  }

  var position: Int64 { state.withLock { $0.position } }

  func digest() -> Digest { state.withLock { $0.hasher.finalize() } }

  func begin(at offset: Int64, isWhole: Bool) {
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let position = try state.withLock { state in
      let repeated = min(max(state.position - state.arriving, 0), Int64(bytes.count))
      state.arriving += Int64(bytes.count)
      let fresh = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Int(repeated)))
      try write(fresh)
      state.hasher.update(fresh)
      state.position += Int64(fresh.count)
      return state.position
    }
    observe(.received(blob.digest, position: position, count: Int64(bytes.count)))
  }
}
