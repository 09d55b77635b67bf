import ImageModel

/// An image of an archive, in its parts, and where the contents of its platforms stand.
package struct StoredParts: Sendable {
  package var parts: ImageParts
  /// In the order of the platforms in ``parts``.
  package let images: [StoredImage]
}

extension StoredArchive {
  /// The images as they go into another archive; those that have no manifest are left out.
  package var archivedImages: [ArchivedImage] { storedParts.compactMap(\.parts.archived) }

  /// The images of the entries of `index.json` with everything that belongs to them; none of a `manifest.json` alone.
  package var storedParts: [StoredParts] { StoredPartsReader(archive: self).read() }

  /// Whether each image is named by its own manifest, not by an index, and nothing came along with it.
  package var hasPlainImages: Bool {
    referrers.isEmpty
      && images.allSatisfy {
        $0.document != nil && $0.document?.descriptor.digest == $0.root?.descriptor.digest
      }
  }
}
