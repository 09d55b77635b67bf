import ImageModel

extension StoredArchive {
  /// An entry of `index.json`, of an image or of anything else.
  package struct NamedDocument: Sendable {
    /// Nil where the entry has no name, or one that names no repository.
    package let name: ImageReference?
    /// What stands in place of a name: a tag alone, in a layout.
    package let label: String?
    package let document: ImageDocument
  }

  /// What `index.json` names, in its order, as far as the archive holds it.
  package var namedDocuments: [NamedDocument] {
    entries.compactMap { entry in
      documents[entry.digest].map {
        NamedDocument(name: entry.name, label: entry.unreadableName, document: $0)
      }
    }
  }

  /// A manifest or an index that an entry of `index.json` leads to; nil where the archive does not hold it.
  package func document(of digest: Digest) -> ImageDocument? { documents[digest] }
}

extension ArchiveBytes {
  /// Whether its files are still as they were when they were opened.
  package var isUnchanged: Bool { (try? currentIdentity()) == identity }
}
