import ImageArchive
import ImageModel
import ImageStores
import Waiting

/// The images of an export, read, and where their blobs are.
struct ExportedImages: Sendable {
  let plan: ArchivePlan
  let archived: [ArchivedImage]
  /// Each name with its image, in the order of the sources.
  let pushed: [PushedImage]
  /// Blobs that need no request and no file.
  let known: [Digest: [UInt8]]
  let archives: [StoredArchive]
  /// Where registries are asked, and for what.
  let asked: [ArchiveSources.Asked]
  let configs: Set<Digest>
  let hasZstdLayers: Bool

  /// - Parameter takesArtifacts: whether what is no image is copied, too.
  /// - Throws: ``CopyError``; ``ResolveError``; `ImageNamingError`; `ArchiveError`; what the sources throw; `CancellationError`.
  init(_ chosen: [ChosenImage], takesArtifacts: Bool) async throws {
    try ImageNaming.checkNames(
      chosen.filter { $0.reference.tag != nil }.map { ($0.reference, $0.source.root, $0.former) })
    // One image may have several names, and come from several places.
    var groups: [[ChosenImage]] = []
    var places: [Digest: Int] = [:]
    for image in chosen {
      if let place = places[image.source.root] {
        groups[place].append(image)
      } else {
        places[image.source.root] = groups.count
        groups.append([image])
      }
    }
    let parts = try await inParallel(groups, width: CopyPlanner.width) { group in
      var names: [ImageReference] = []
      for image in group where !names.contains(image.reference) { names.append(image.reference) }
      return try await ExportedParts(
        source: group[0].source, reference: group[0].reference, takesArtifacts: takesArtifacts
      ).read(named: names, annotations: group[0].annotations)
    }
    archived = parts.compactMap(\.archived)
    plan = try ArchivePlan(images: archived)
    var pushed: [PushedImage] = []
    for image in chosen where !pushed.contains(where: { $0.reference == image.reference }) {
      pushed.append(
        PushedImage(
          reference: image.reference, formerName: image.former, digest: image.source.root, wasThere: false))
    }
    self.pushed = pushed
    var known: [Digest: [UInt8]] = [:]
    var asked: [ArchiveSources.Asked] = []
    for (group, image) in zip(groups, archived) {
      let blobs = [image.manifest.config] + image.manifest.layers + image.relatedBlobs
      known.merge(try blobs.inlineBlobs(of: group[0].reference)) { $1 }
      for case .registries(let sources) in group.map(\.holder) {
        asked.append(.init(sources: sources, digests: Set(blobs.map(\.digest))))
      }
    }
    self.known = known
    self.asked = asked
    archives = chosen.compactMap { if case .archive(let archive) = $0.holder { archive } else { nil } }
    let members = parts.flatMap(\.platforms)
    configs = Set(members.map(\.manifest.config.digest))
    hasZstdLayers = members.contains { $0.manifest.hasZstdLayers }
  }

  /// Where a blob stands in an archive that is a source.
  func stored(_ blob: Descriptor) -> StoredBlob? {
    archives.lazy.compactMap { $0.blob(blob.digest, size: blob.size) }.first
  }

  /// Whether a registry may be asked for a blob.
  func isAsked(for blob: Digest) -> Bool { asked.contains { $0.digests.contains(blob) } }

  /// Makes sure that every blob is somewhere: a delta does not have all of its own.
  ///
  /// - Parameter held: what the target has.
  /// - Throws: ``CopyError/blobsMissing(_:bases:place:target:)``.
  func checkBlobs(_ held: BlobShelf, target: String) throws(CopyError) {
    let missing = plan.blobs.map(\.descriptor).filter { blob in
      known[blob.digest] == nil && !isAsked(for: blob.digest) && stored(blob) == nil
        && held.blob(blob.digest, size: blob.size) == nil
    }
    guard !missing.isEmpty else { return }
    let source = archives.first { $0.delta != nil } ?? archives.first
    throw .blobsMissing(
      missing.map(\.digest), bases: source?.delta?.bases ?? [], place: source?.path.string ?? "", target: target)
  }
}
