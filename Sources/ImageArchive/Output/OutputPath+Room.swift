extension OutputPath {
  /// Whether an archive of this size, in bytes, fits on its disk now, what an unfinished one takes there already included.
  ///
  /// Nothing is reserved: ``PartialArchive/reserve(size:)`` alone is sure, and says what is missing.
  public func hasRoom(for size: Int64) -> Bool {
    if let limit = FileReservation.fileSizeLimit, size > limit { return false }
    do {
      let folder = try Folder(opening: self.folder)
      let taken = try folder.status(of: partialName)?.sizeAllocated ?? 0
      return size - taken <= folder.freeBytes
    } catch {
      // What is wrong with the folder is told when the file is made there.
      return false
    }
  }
}
