import BlobTransfer
import HTTPAccess
import ImageCopy
import ImageModel
import NIOCore
import Synchronization
import Waiting

/// What `sha256sum` prints of archives, or of their volumes. Where it is not known, all of an archive is read for that, as for a
/// download of it.
final class ArchiveChecksums: Sendable {
  private struct Key: Sendable, Hashable {
    let fingerprint: Digest
    let volumeSize: Int64?
  }

  private let reader: ArchiveReader
  private let kept = Mutex(BoundedTable<Key, String>(limit: 1_024))
  private let time: Stopwatch

  init(_ reader: ArchiveReader, clock: any Clock<Duration>) {
    self.reader = reader
    time = Stopwatch(clock)
  }

  /// Nil where it has to be found out.
  func known(_ archive: PlannedArchive, volumeSize: Int64?) -> String? {
    kept.withLock { $0[Key(fingerprint: archive.plan.fingerprint, volumeSize: volumeSize), at: time.elapsed] }
  }

  /// - Parameter names: of the volumes, or of the archive.
  /// - Throws: as ``ArchiveReader/send(_:_:asksRegistries:to:)``.
  func text(
    of archive: PlannedArchive, isOfDisk: Bool, volumeSize: Int64?, names: [String]
  ) async throws -> String {
    let digests = try await digests(of: archive, isOfDisk, volumeSize: volumeSize ?? archive.plan.size)
    let text = zip(digests, names).map { "\($0.hexadecimal)  \($1)\n" }.joined()
    kept.withLock { $0[Key(fingerprint: archive.plan.fingerprint, volumeSize: volumeSize), at: time.elapsed] = text }
    return text
  }

  private func digests(of archive: PlannedArchive, _ isOfDisk: Bool, volumeSize: Int64) async throws -> [Digest] {
    var wrong: Set<Digest> = []
    while true {
      let sink = ChecksumSink(volumeSize: volumeSize)
      do {
        try await reader.send(archive, 0..<archive.plan.size, asksRegistries: !isOfDisk, to: sink)
        return sink.digests
      } catch GatewayError.wrongBytes(let digest) where wrong.insert(digest).inserted {
        // Nothing was told yet: it is read anew, without that blob of the disk.
      }
    }
  }
}

/// Digests an archive, volume by volume.
private final class ChecksumSink: ByteSink, AnswerWriter {
  private struct State {
    var finished: [Digest] = []
    var hasher = DigestHasher(.sha256)
    var count: Int64 = 0
  }

  private let volumeSize: Int64
  private let state = Mutex(State())

  init(volumeSize: Int64) {
    self.volumeSize = volumeSize
  }

  /// Those of the volumes that are full, and of the last one.
  var digests: [Digest] {
    state.withLock { state in
      state.finished + (state.count > 0 || state.finished.isEmpty ? [state.hasher.finalize()] : [])
    }
  }

  func write(_ bytes: ByteBuffer) async throws {
    try await Workers.current.run {
      bytes.withUnsafeReadableBytes { all in
        self.state.withLock { state in
          var rest = all[...]
          while !rest.isEmpty {
            let part = rest.prefix(Int(clamping: self.volumeSize - state.count))
            state.hasher.update(UnsafeRawBufferPointer(rebasing: part))
            state.count += Int64(part.count)
            rest = rest.dropFirst(part.count)
            if state.count == self.volumeSize {
              state.finished.append(state.hasher.finalize())
              (state.hasher, state.count) = (DigestHasher(.sha256), 0)
            }
          }
        }
      }
    }
  }
}
