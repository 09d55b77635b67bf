import ImageModel

extension OutputPath {
  /// What the journal of an interrupted run says of blobs in the unfinished archive; empty where there is no such run.
  /// Nothing is locked, and nothing is changed: another process may be at it.
  public func unfinishedBlobs() throws(ArchiveError) -> [Digest: TransferJournal.Blob] {
    let folder = try Folder(opening: self.folder)
    guard let status = try folder.status(of: partialName), status.isTrusted else { return [:] }
    return try JournalFile(at: self, in: folder).found?.blobs ?? [:]
  }
}
