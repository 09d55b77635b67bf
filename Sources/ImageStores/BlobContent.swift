import HTTPAccess
import ImageModel
import NIOCore
import RegistryClient
import Synchronization
import Waiting

/// The bytes of one blob in a place that has it, to be read as often as it takes.
///
/// Read from its first byte on, it is digested while it is handed over, and a blob with wrong bytes ends before its last byte
/// is: who takes it never has all of it.
///
/// A registry digests each blob before it gives it its name, and says so (distribution-spec "Pushing blobs"). To do the same
/// here first takes more time than all else that a push of an archive does, and a blob that is wrong on disk can be found out
/// afterwards. So what is at hand goes to a registry by ``readUnproven(_:into:)``, and the system may carry it to the socket;
/// ``prove()`` follows wherever the registry does not answer with the very digest, and says whose fault that is. What comes
/// from elsewhere is digested on its way, since it would have to come twice.
package struct BlobContent: Sendable {
  package let blob: Descriptor
  private let source: any SourceStore
  private let check: DigestCheck

  package init(_ blob: Descriptor, in source: any SourceStore) {
    self.blob = blob
    self.source = source
    check = DigestCheck(blob)
  }

  /// Whether it may be read once more at any time, and at little cost.
  package var isAtHand: Bool { source.isAtHand }

  /// Hands bytes over as they are.
  ///
  /// - Throws: what the source or `sink` throws; `CancellationError`.
  package func readUnproven(_ range: Range<Int64>, into sink: any ByteSink) async throws {
    try await source.read(blob, range, into: sink)
  }

  /// Reads all of it, and hands nothing over.
  ///
  /// - Throws: ``ImageStoreError/wrongBytes(_:place:)``; what the source throws; `CancellationError`.
  package func prove() async throws {
    guard blob.size > 0 else { return }
    try await read(0..<blob.size, into: NoSink())
  }

  /// - Throws: ``ImageStoreError/wrongBytes(_:place:)``; what the source or `sink` throws; `CancellationError`.
  package func read(_ range: Range<Int64>, into sink: any ByteSink) async throws {
    check.begin(at: range.lowerBound)
    let checked = CheckedSink(sink: sink, check: check, wrong: .wrongBytes(blob.digest, place: source.place))
    try await source.read(blob, range, into: checked)
  }
}

/// The digest of a blob's bytes as they pass, as long as they pass in order.
private final class DigestCheck: Sendable {
  private struct State {
    var position: Int64 = 0
    var hasher: DigestHasher
    /// Where a range began last, for one that is begun anew.
    var start: (position: Int64, hasher: DigestHasher)
    var isInOrder = true
  }

  private let blob: Descriptor
  private let state: Mutex<State>

  init(_ blob: Descriptor) {
    self.blob = blob
    let hasher = DigestHasher(blob.digest.algorithm)
    state = Mutex(State(hasher: hasher, start: (0, hasher)))
  }

  func begin(at offset: Int64) {
    state.withLock { state in
      if offset == 0 {
        let hasher = DigestHasher(blob.digest.algorithm)
        state = State(hasher: hasher, start: (0, hasher))
      } else if offset == state.position {
        state.start = (offset, state.hasher)
      } else if offset == state.start.position {
        (state.position, state.hasher) = state.start
      } else {
        state.isInOrder = false
      }
    }
  }

  /// Whether so many more bytes are the last ones of a blob whose digest is computed.
  func isDecided(by count: Int) -> Bool {
    state.withLock { $0.isInOrder && $0.position + Int64(count) >= blob.size }
  }

  /// - Returns: false where these are the last bytes and the digest is another one.
  func passes(_ bytes: ByteBuffer) -> Bool {
    state.withLock { state in
      guard state.isInOrder else { return true }
      bytes.withUnsafeReadableBytes { state.hasher.update($0) }
      state.position += Int64(bytes.readableBytes)
      return state.position < blob.size || state.hasher.finalize() == blob.digest
    }
  }
}

private struct NoSink: ByteSink {
  func write(_ bytes: ByteBuffer) async throws {}
}

/// Digests bytes on threads that may wait, while they are on their way to where they go.
private struct CheckedSink: ByteSink {
  /// Bytes that wait for the digest of the whole blob, at most: all before them go while it is computed.
  private static let kept = 64 << 10

  let sink: any ByteSink
  let check: DigestCheck
  let wrong: ImageStoreError

  func write(_ pieces: [ByteBuffer]) async throws {
    let count = pieces.reduce(0) { $0 + $1.readableBytes }
    guard !check.isDecided(by: count) else {
      for piece in pieces { try await write(piece) }
      return
    }
    async let isRight = Workers.current.run { pieces.allSatisfy { check.passes($0) } }
    try await sink.write(pieces)
    guard try await isRight else { throw wrong }
  }

  func write(_ bytes: ByteBuffer) async throws {
    var early = bytes
    let late = check.isDecided(by: bytes.readableBytes) ? min(bytes.readableBytes, Self.kept) : 0
    early.moveWriterIndex(to: bytes.writerIndex - late)
    async let isRight = Workers.current.run { check.passes(bytes) }
    if early.readableBytes > 0 { try await sink.write(early) }
    guard try await isRight else { throw wrong }
    if let last = bytes.getSlice(at: early.writerIndex, length: late), late > 0 { try await sink.write(last) }
  }
}
