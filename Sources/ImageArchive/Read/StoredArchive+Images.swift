import ImageModel

/// An image of an archive, in its parts, and where the contents of its platforms stand.
package struct StoredParts: Sendable {
  package var parts: ImageParts
  /// In the order of the platforms in ``parts``.
  package let images: [StoredImage]
  /// Which of them `manifest.json` describes.
  package let described: [Int]
}

extension StoredArchive {
  /// The images as they go into another archive; those that have no manifest are left out.
  package var archivedImages: [ArchivedImage] { storedParts.compactMap(\.parts.archived) }

  /// The images of the entries of `index.json` with everything that belongs to them; none of a `manifest.json` alone.
  package var storedParts: [StoredParts] { StoredPartsReader(archive: self).read() }

  /// The same with what stands for itself and is no image, such as a Helm chart. In an archive of images that has to have a name.
  package var storedContents: [StoredParts] { StoredPartsReader(archive: self, takesArtifacts: true).read() }

  /// Whether `index.json` gives a name to something that is no image.
  package var hasNamedArtifacts: Bool {
    artifacts.contains { artifact in
      entries.contains { $0.digest == artifact.descriptor.digest && ($0.name != nil || $0.unreadableName != nil) }
    }
  }
}
