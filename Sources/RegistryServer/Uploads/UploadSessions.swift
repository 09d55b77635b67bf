import FileAccess
import HTTPTypes
import ImageArchive
import ImageModel
import NIOCore
import Synchronization
import Waiting

/// The uploads that are open: so many, and each for so long as somebody goes on with it.
package final class UploadSessions: Sendable {
  private let uploads: LayoutUploads
  private let limits: UploadLimits
  private let stopwatch: Stopwatch
  private let sessions = Mutex<[String: UploadSession]>([:])

  package init(_ uploads: LayoutUploads, limits: UploadLimits, clock: any Clock<Duration> = ContinuousClock()) {
    (self.uploads, self.limits) = (uploads, limits)
    stopwatch = Stopwatch(clock)
  }

  var now: Duration { stopwatch.elapsed }

  /// - Throws: ``DistributionRefusal``; `FileError`.
  func begin(repository: String, algorithm: Digest.Algorithm) throws -> UploadSession {
    removeIdle()
    try checkSpace(for: 0)
    let id = Self.makeID()
    guard sessions.withLock({ $0.count }) < limits.sessions else {
      var fields = HTTPFields()
      fields[.retryAfter] = "30"
      throw DistributionRefusal(
        .tooManyRequests, .tooManyRequests, "\(limits.sessions) uploads are open already", fields: fields)
    }
    let session = UploadSession(
      id: id, repository: repository, file: try uploads.begin(id), algorithm: algorithm, now: now)
    sessions.withLock { $0[id] = session }
    return session
  }

  /// - Throws: ``DistributionRefusal`` where there is none of this name in this repository.
  func session(_ id: String, repository: String) throws(DistributionRefusal) -> UploadSession {
    guard let session = sessions.withLock({ $0[id] }), session.repository == repository else {
      throw UploadSession.unknown
    }
    return session
  }

  func forget(_ session: UploadSession) {
    sessions.withLock { _ = $0.removeValue(forKey: session.id) }
  }

  /// - Throws: ``DistributionRefusal`` where the disk would be too full with so many bytes more.
  func checkSpace(for bytes: Int64) throws(DistributionRefusal) {
    let free = uploads.freeBytes
    guard free - bytes >= limits.freeBytes else {
      throw DistributionRefusal(
        .denied, .insufficientStorage,
        "the disk has \(free) bytes left, of which \(limits.freeBytes) are to stay free")
    }
  }

  /// Takes the body of a request in pieces worth a write, and looks now and then whether there is space left.
  ///
  /// - Throws: ``DistributionRefusal``; what `write` throws.
  func receive(_ request: ServerRequest, write: (ByteBuffer) async throws -> Void) async throws {
    var pending = ByteBuffer()
    var unchecked = 0
    for try await piece in request.body {
      pending.writeImmutableBuffer(piece)
      guard pending.readableBytes >= Self.piece else { continue }
      unchecked += pending.readableBytes
      if unchecked >= Self.spaceInterval {
        try checkSpace(for: 0)
        unchecked = 0
      }
      try await write(pending)
      pending = ByteBuffer()
    }
    if pending.readableBytes > 0 { try await write(pending) }
  }

  /// Bytes that are written at once.
  private static let piece = 1 << 20
  /// Bytes after which the space that is left is looked at again.
  private static let spaceInterval = 64 << 20

  /// Removes what was left alone for too long. It waits for the disk.
  package func removeIdle() {
    let limit = now - limits.idle
    let idle = sessions.withLock { sessions in
      let idle = sessions.values.filter { $0.isIdle(since: limit) }
      for session in idle { sessions.removeValue(forKey: session.id) }
      return idle
    }
    for session in idle { try? session.discard() }
  }

  /// As `Docker-Upload-UUID` has it.
  private static func makeID() -> String {
    var digits = (0..<2).map { _ in
      let half = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - half.count) + half
    }.joined()
    for place in [8, 13, 18, 23] { digits.insert("-", at: digits.index(digits.startIndex, offsetBy: place)) }
    return digits
  }
}
