import FileAccess

extension OutputPath {
  /// Whether an archive of this size, in bytes, fits on its disk now, what an unfinished one takes there already included.
  ///
  /// Nothing is reserved: ``PartialArchive/reserve(size:)`` alone is sure, and says what is missing.
  public func hasRoom(for size: Int64) -> Bool {
    if let limit = ResourceLimit.fileSize.value, min(size, volumeSize ?? size) > limit { return false }
    do {
      let folder = try Folder(opening: self.folder)
      var taken = try folder.status(of: partialName)?.sizeAllocated ?? 0
      for number in 2...ArchiveVolumes.limit where volumeSize != nil {
        guard let volume = try folder.status(of: partialVolumeName(number)) else { break }
        taken += volume.sizeAllocated
      }
      return size - taken <= folder.freeBytes
    } catch {
      // What is wrong with the folder is told when the file is made there.
      return false
    }
  }
}
