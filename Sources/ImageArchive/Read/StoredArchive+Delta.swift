import ImageModel

extension StoredArchive {
  /// What the archive says of itself as a delta: the blobs that were left out, and the images that hold them; nil for
  /// an archive that is meant to be whole.
  public var delta: ArchiveDelta? {
    let notes = images.compactMap { $0.root.flatMap { ArchiveDelta(annotations: $0.descriptor.annotations) } }
    guard !notes.isEmpty else { return nil }
    var seen: Set<String> = []
    return ArchiveDelta(
      absent: notes.reduce(into: []) { $0.formUnion($1.absent) },
      bases: notes.flatMap(\.bases).filter { seen.insert($0).inserted })
  }

  /// Configs and layers that the archive names and does not hold, each once: those of ``delta``, and what was lost.
  public var absentBlobs: [Descriptor] { Self.absentBlobs(of: images) }

  /// The same for some of the images.
  package static func absentBlobs(of images: [StoredImage]) -> [Descriptor] {
    var seen: Set<Digest> = []
    return images.flatMap { image in
      let config = image.config == nil ? image.manifest.map { [$0.config] } ?? [] : []
      return config + image.layers.compactMap { $0.content == nil ? $0.descriptor : nil }
    }.filter { seen.insert($0.digest).inserted }
  }
}
