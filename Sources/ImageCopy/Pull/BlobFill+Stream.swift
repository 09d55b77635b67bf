import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import Waiting

extension BlobFill {
  /// Writes a planned archive in order.
  ///
  /// - Parameter sink: nil for the process's standard output.
  /// - Throws: `RegistryError`; what `sink` throws; `CancellationError`.
  func write(_ plan: ArchivePlan, into sink: (any ByteSink)?) async throws -> Written {
    let sink = sink ?? BlockingSink(on: Workers.current.pool) { try StandardOutput.write($0) }
    var stored: [Digest: StoredBlob] = [:]
    for blob in plan.blobs { stored[blob.digest] = self.stored(blob.descriptor) }
    let stream = OrderedStream(
      segments: plan.segments, known: known, stored: stored, sources: sources.sources, connections: connections,
      bytesPerSecond: bytesPerSecond, retrier: retrier, sink: sink, failure: failure, observeSources: sources.note,
      observe: { event in
        switch event {
        case .received(let digest, let position, let fetched): tracker.progress([(digest, position)], fetched: fetched)
        case .verified(let digest, let origin): tracker.finished(digest, origin: origin)
        case .wrongCopy(let digest, let path): tracker.warning(.wrongCopy(path: path, digest: digest))
        case .wrongBytes(let digest, let source): tracker.warning(.wrongBytes(host: source, digest: digest))
        }
      })
    return Written(fetched: try await stream.run(), path: nil)
  }
}
