import SystemPackage

extension StoredArchive {
  /// The bytes of the archive itself, all volumes one after another; nil for a folder.
  ///
  /// - Throws: ``ArchiveError`` where it cannot be opened any more.
  package var whole: StoredContent? {
    get throws(ArchiveError) {
      guard case .archive(let members) = files else { return nil }
      let file = try ArchiveBytes.open(members.place)
      guard file.identity == members.identity else { throw .file(.fileReplaced(path)) }
      return StoredContent(size: file.size, offset: 0, place: members.place, identity: members.identity)
    }
  }
}
