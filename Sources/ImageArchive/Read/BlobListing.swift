import ImageModel

/// The blobs of an archive or a layout, whether they are named by anything or not.
struct BlobListing: Sendable {
  var blobs: [Digest: StoredContent] = [:]
  /// Names of what stands among the blobs and is none.
  var misnamed: [String] = []
}

extension StoredFiles {
  /// - Throws: ``ArchiveFault``; `Errno`; ``ArchiveError``.
  func blobs() throws -> BlobListing {
    var listing = BlobListing()
    switch self {
    case .archive(let members):
      for name in members.entries.keys where name.text.hasPrefix("blobs/") {
        add(name.text, content: try? members.content(name.text, followsLinks: false), to: &listing)
      }
    case .folder(let folder):
      for path in try folder.blobPaths() { add(path, content: try? folder.content(path), to: &listing) }
    }
    listing.misnamed.sort()
    return listing
  }

  private func add(_ name: String, content: StoredContent?, to listing: inout BlobListing) {
    guard case .blob(let digest)? = MemberPath(name)?.layoutName else {
      // What macOS puts beside a file for its attributes. Loaders pass it over.
      let isOfAttributes = name.split(separator: "/").last?.hasPrefix("._") ?? false
      if !isOfAttributes { listing.misnamed.append(name) }
      return
    }
    listing.blobs[digest] = content
  }

  /// Names that are no names of files in an archive.
  var oddNames: [String] {
    guard case .archive(let members) = self else { return [] }
    return members.oddNames
  }

  /// Files that stand in the archive more than once with the same bytes.
  var repeatedNames: [String] {
    guard case .archive(let members) = self else { return [] }
    return members.repeatedNames
  }
}
