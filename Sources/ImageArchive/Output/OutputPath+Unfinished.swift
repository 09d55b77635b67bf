import FileAccess
import ImageModel

extension OutputPath {
  /// What the journal of an interrupted run says of blobs in the unfinished archive; empty where there is no such run.
  /// Nothing is locked, and nothing is changed: another process may be at it.
  public func unfinishedBlobs() throws(FileError) -> [Digest: TransferJournal.Blob] {
    try unfinishedJournal()?.blobs ?? [:]
  }

  /// The same journal, of which ``TransferJournal/images`` says whose archive it is.
  package func unfinishedJournal() throws(FileError) -> TransferJournal? {
    let folder = try Folder(opening: self.folder)
    guard let status = try folder.status(of: partialName), try folder.trusts(status) else { return nil }
    return try JournalFile(at: self, in: folder).found
  }

  /// Makes sure that no interrupted pull has left bytes for an archive at this path. Nothing is said of a process that is at
  /// it right now.
  ///
  /// - Throws: ``ArchiveError/unfinishedPull(_:of:)``; what else keeps the unfinished file from being opened.
  package func checkForUnfinishedPull() throws(ArchiveError) {
    do {
      guard try !unfinishedBlobs().isEmpty else { return }
      _ = try PartialArchive(at: self).checkedForUnfinishedPull()
    } catch FileError.lockedByOther {
      return
    } catch { throw ArchiveError(error, .open, partialPath) }
  }
}

extension PartialArchive {
  /// - Throws: ``ArchiveError/unfinishedPull(_:of:)`` where an interrupted pull has left something in it, which stays.
  package func checkedForUnfinishedPull() throws(ArchiveError) -> PartialArchive {
    guard isNew || holdsNothing else { throw .unfinishedPull(output.partialPath, of: journal?.images ?? []) }
    return self
  }

  /// Makes sure that an archive of `images` can go on from what an interrupted pull has left, and nothing of another image is
  /// lost by that.
  ///
  /// - Throws: ``ArchiveError/unfinishedPull(_:of:)``.
  package func checkIsUnfinished(_ plan: ArchivePlan, of images: Set<String>) throws(ArchiveError) {
    guard !isNew, let journal, !journal.isContained(in: images, blobs: plan.blobs.map(\.digest)) else { return }
    throw .unfinishedPull(output.partialPath, of: journal.images)
  }
}
