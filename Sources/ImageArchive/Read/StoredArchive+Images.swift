import ImageModel

extension StoredArchive {
  /// The images as they go into another archive; those that have no manifest are left out.
  package var archivedImages: [ArchivedImage] {
    images.compactMap { image in
      guard let manifest = image.manifest, let document = image.document else { return nil }
      let related = image.root.map { $0.descriptor.digest == document.descriptor.digest ? [] : [$0] } ?? []
      return ArchivedImage(
        names: image.names, manifest: manifest,
        document: .init(
          descriptor: Descriptor(
            mediaType: manifest.mediaType, digest: document.descriptor.digest, size: document.descriptor.size),
          bytes: document.bytes),
        relatedDocuments: related, annotations: Self.otherAnnotations(image.root?.descriptor.annotations ?? [:]))
    }
  }

  /// Whether ``archivedImages`` are all that there is: each image is named by its own manifest, not by an index, and nothing
  /// came along with it.
  package var hasPlainImages: Bool {
    referrers.isEmpty
      && images.allSatisfy {
        $0.document != nil && $0.document?.descriptor.digest == $0.root?.descriptor.digest
      }
  }

  /// Those that are neither a name of the image nor about a delta.
  private static func otherAnnotations(_ annotations: [String: String]) -> [String: String] {
    let own: Set = [
      "io.containerd.image.name", "org.opencontainers.image.ref.name", ArchiveDelta.absentKey, ArchiveDelta.basesKey,
    ]
    return annotations.filter { !own.contains($0.key) }
  }
}
