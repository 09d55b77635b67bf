import ImageArchive
import ImageModel
import RegistryClient

extension ImagePull {
  /// Finds out what ``run(_:observe:)`` would do. No blob is asked for, and nothing is written.
  ///
  /// - Parameter observe: told what should be known, from one task at a time.
  /// - Throws: as ``run(_:observe:)``.
  public func preview(
    _ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> PullPreview {
    let path = try outputPath(request)
    let shelf = try await shelf(request, output: path, warn: observe)
    let sources = ImageSources(try access.endpoints(for: request.reference), door: door, observe: observe)
    var resolver = ImageResolver(sources: sources)
    let base = try await deltaBase(request, observe: observe)
    // What a delta leaves out, the config tells.
    resolver.asksForConfig = base != nil
    let image = try await resolver.resolve(request.reference, platform: request.platform, observe: observe)
    let plan = try plan(request, image, try delta(image, base, warn: observe))
    let inline = try inlineBlobs(image.manifest, of: image.reference)
    let held = try path.map { output in request.restarts ? [:] : try output.unfinishedBlobs() } ?? [:]
    return PullPreview(
      reference: request.reference, manifestDigest: image.manifestDigest, platform: image.platform,
      path: path?.path.string, archiveSize: plan.size,
      blobs: plan.blobs.map { blob in
        PreviewedBlob(
          digest: blob.digest, kind: blob.digest == image.manifest.config.digest ? .config : .layer, size: blob.size,
          source: source(of: blob, inline: inline, held: held[blob.digest], shelf: shelf))
      })
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
