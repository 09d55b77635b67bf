import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import NIOCore
import Synchronization
import SystemPackage
import Waiting

/// Blobs that are here already, so that no registry is asked for them.
final class LocalBlobs: Sendable {
  /// Of how many blobs on the disk it is remembered that they are right.
  private static let limit = 65_536

  private let onDisk: @Sendable (Digest) async throws -> StoredBlob?
  let cache: BlobCache?
  /// Those of the disk whose digest was right, while their file is what it was: the system may send them unseen.
  private let right = Mutex(BoundedTable<StoredBlob, Bool>(limit: limit))

  /// - Parameter onDisk: what is served of the disk, or was pushed. Nothing is believed of it before its digest is right.
  init(onDisk: @escaping @Sendable (Digest) async throws -> StoredBlob?, cache: BlobCache?) {
    self.onDisk = onDisk
    self.cache = cache
  }

  /// Whether a blob may be here.
  ///
  /// - Throws: `CancellationError`.
  func has(_ digest: Digest) async throws -> Bool {
    if cache?.folder.size(of: digest) != nil { return true }
    return try await onDisk(digest) != nil
  }

  /// Hands a range of a blob over. One that is read whole is checked: its last 64 KiB follow only once its digest is right.
  ///
  /// - Parameter trustsDisk: whether the disk did not have wrong bytes for it before.
  /// - Returns: false where the blob is not here: then nothing was handed over.
  /// - Throws: ``GatewayError/wrongBytes(_:)``; `FileError`; what `sink` throws; `CancellationError`.
  func send(
    _ blob: Descriptor, _ range: Range<Int64>, trustsDisk: Bool, to sink: any ByteSink & AnswerWriter
  ) async throws -> Bool {
    if let kept = try await cache?.stored(blob) {
      guard try await kept.send(range, to: sink) == range.upperBound else { throw Errno.ioError }
      return true
    }
    guard trustsDisk, let stored = try await onDisk(blob.digest), stored.size == blob.size,
      let file = try await Workers.current.run({ try stored.open() })
    else { return false }
    guard range == 0..<blob.size, right.withLock({ $0[stored, at: .zero] }) == nil else {
      try await stored.send(range, of: file, to: sink)
      return true
    }
    let checked = CheckedWriter(blob.digest, sink)
    try await stored.send(range, of: file, to: checked)
    try await checked.finish()
    right.withLock { $0[stored, at: .zero] = true }
    return true
  }
}

/// Digests what passes by, and keeps the last of it back.
private final class CheckedWriter: AnswerWriter {
  private let digest: Digest
  private let holding: HoldingSink
  private let hasher: Mutex<DigestHasher>

  init(_ digest: Digest, _ sink: any ByteSink) {
    self.digest = digest
    holding = HoldingSink(sink)
    hasher = Mutex(DigestHasher(digest.algorithm))
  }

  func write(_ bytes: ByteBuffer) async throws {
    try await Workers.current.run {
      bytes.withUnsafeReadableBytes { bytes in self.hasher.withLock { $0.update(bytes) } }
    }
    try await holding.write(bytes)
  }

  func finish() async throws {
    guard hasher.withLock({ $0.finalize() }) == digest else { throw GatewayError.wrongBytes(digest) }
    try await holding.release()
  }
}
