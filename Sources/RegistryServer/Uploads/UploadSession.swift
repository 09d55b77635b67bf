import FileAccess
import ImageArchive
import ImageModel
import NIOCore
import Synchronization

/// One upload of a blob, which one request at a time may continue.
final class UploadSession: Sendable {
  let id: String
  /// As the path of the API has it.
  let repository: String
  private let file: LayoutUpload
  private let state: Mutex<State>

  private struct State {
    var isBusy = false
    /// Nothing is added any more.
    var isOver = false
    /// Bytes that are written and digested.
    var received: Int64 = 0
    var hasher: DigestHasher
    /// On the stopwatch of the sessions.
    var lastUse: Duration
  }

  init(id: String, repository: String, file: LayoutUpload, algorithm: Digest.Algorithm, now: Duration) {
    (self.id, self.repository, self.file) = (id, repository, file)
    state = Mutex(State(hasher: DigestHasher(algorithm), lastUse: now))
  }

  var received: Int64 { state.withLock { $0.received } }

  /// Whether nobody has used it since then, and nobody does.
  func isIdle(since time: Duration) -> Bool { state.withLock { !$0.isBusy && $0.lastUse < time } }

  /// Takes the session for a request.
  ///
  /// - Parameter start: where the bytes are said to begin.
  /// - Throws: ``DistributionRefusal``: 416 where the session stands elsewhere.
  func take(from start: Int64?, now: Duration) throws(DistributionRefusal) {
    let refusal = state.withLock { state -> DistributionRefusal? in
      guard !state.isOver else { return Self.unknown }
      guard !state.isBusy else {
        return DistributionRefusal(.blobUploadInvalid, .conflict, "another request is continuing this upload")
      }
      guard start == nil || start == state.received else {
        return DistributionRefusal(
          .blobUploadInvalid, .rangeNotSatisfiable, "this upload goes on at byte \(state.received)")
      }
      state.isBusy = true
      state.lastUse = now
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Lets the next request in.
  func release(now: Duration) {
    state.withLock { state in
      state.isBusy = false
      state.lastUse = now
    }
  }

  static let unknown = DistributionRefusal(
    .blobUploadUnknown, .notFound, "there is no such upload: it ended, or was left alone for too long")

  /// Writes and digests bytes. By the one that took the session, on a thread that may wait.
  func append(_ bytes: ByteBuffer) throws(FileError) {
    let (start, isOver) = state.withLock { ($0.received, $0.isOver) }
    guard !isOver else { return }
    // The lock is for what is short.
    try bytes.withUnsafeReadableBytes { bytes throws(FileError) in try file.write(bytes, at: start) }
    var hasher = state.withLock { $0.hasher }
    bytes.withUnsafeReadableBytes { hasher.update($0) }
    state.withLock { state in
      state.hasher = hasher
      state.received += Int64(bytes.readableBytes)
    }
  }

  /// Ends the session and gives the blob its name. The file of one with another digest is removed.
  ///
  /// - Throws: ``DistributionRefusal``; `FileError`.
  func finish(as digest: Digest) throws {
    let (hasher, count) = state.withLock { state in
      state.isOver = true
      return (state.hasher, state.received)
    }
    do {
      let actual =
        hasher.algorithm == digest.algorithm ? hasher.finalize() : try file.digest(digest.algorithm, count: count)
      guard actual == digest else {
        throw DistributionRefusal(.digestInvalid, .badRequest, "the \(count) bytes that came have the digest \(actual)")
      }
      try file.commit(as: digest, count: count)
    } catch {
      try? file.discard()
      throw error
    }
  }

  /// Ends the session and removes its file.
  func discard() throws(FileError) {
    state.withLock { $0.isOver = true }
    try file.discard()
  }
}
