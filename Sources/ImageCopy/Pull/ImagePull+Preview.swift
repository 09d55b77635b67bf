import ImageArchive
import ImageModel
import RegistryClient
import Waiting

extension ImagePull {
  /// Finds out what ``run(_:observe:)`` would do. No blob is asked for, and nothing is written.
  ///
  /// - Parameter observe: told what should be known, from one task at a time.
  /// - Throws: as ``run(_:observe:)``.
  public func preview(
    _ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> PullPreview {
    let path = try await Workers.current.run { try request.outputPath() }
    let shelf = try await shelf(request, output: path, warn: observe)
    let base = try await deltaBase(request, observe: observe)
    // What a delta leaves out, the config tells.
    let found = try await find(
      request, output: path, shelf: shelf, isPreview: true, asksForConfigs: base != nil, warn: observe)
    let plan = try ArchivePlan(
      images: found.archived(request), form: request.form, delta: try delta(found, base, warn: observe))
    let inline = try found.images.reduce(into: [:]) { $0.merge(try $1.inlineBlobs) { $1 } }
    let held = try path.map { output in request.restarts ? [:] : try output.unfinishedBlobs() } ?? [:]
    let configs = found.configs
    return PullPreview(
      found.pulled, path: path?.path.string ?? request.output.layout, archiveSize: plan.size,
      blobs: plan.blobs.map { blob in
        PreviewedBlob(
          digest: blob.digest, kind: configs.contains(blob.digest) ? .config : .layer, size: blob.size,
          source: source(of: blob, inline: inline, held: held[blob.digest], shelf: shelf))
      },
      leftOut: found.leftOut)
  }

  private func source(
    of blob: ArchivePlan.Blob, inline: [Digest: [UInt8]], held: TransferJournal.Blob?, shelf: BlobShelf
  ) -> PreviewedBlob.Source {
    if inline[blob.digest] != nil { return .inline }
    let count = held.map { $0.size == blob.size ? $0.ranges.count : 0 } ?? 0
    if count == blob.size { return .resumed(count) }
    if let stored = shelf.blob(blob.digest, size: blob.size) { return .reused(path: stored.path.string) }
    return count > 0 ? .resumed(count) : .registry
  }
}
