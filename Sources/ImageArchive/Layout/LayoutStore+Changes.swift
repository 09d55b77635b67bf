import FileAccess
import ImageModel
import SystemPackage

/// What a registry that keeps its images in a layout asks of it.
extension LayoutStore {
  /// Where a blob or document stands; nil where there is none.
  package func content(of digest: Digest) -> StoredContent? {
    try? LayoutFolder(path: path).content(ArchiveDocuments.path(of: digest))
  }

  /// Adds a manifest or an index that no entry of `index.json` need lead to.
  ///
  /// - Returns: whether it was written: false where it was there.
  @discardableResult
  package func add(document bytes: [UInt8], _ descriptor: Descriptor) throws(ArchiveError) -> Bool {
    try put(.init(descriptor: descriptor, bytes: bytes))
  }

  /// Makes the names of blobs last through a power cut.
  package func synchronizeBlobs(_ algorithm: Digest.Algorithm) throws(FileError) {
    try openBlobs(algorithm, makes: false).synchronize()
  }

  /// The entries of `index.json` as they are now.
  package func readIndex() throws(ArchiveError) -> LayoutIndex {
    let bytes = try read(Self.index)
    guard let index = bytes.map({ LayoutIndex(parsing: $0) }) ?? LayoutIndex() else {
      throw .unreadable(path, .ofIndex(bytes ?? []))
    }
    return index
  }

  /// Changes `index.json` while no other process does. Whoever reads it sees the old entries or the new ones. It is read only
  /// where another has written it since.
  ///
  /// - Returns: what it is now.
  package func changeIndex(_ change: (inout LayoutIndex) -> Void) throws(ArchiveError) -> LayoutIndex {
    try ArchiveError.ofFiles { () throws(FileError) in try folder.checkWritable() }
    let lock = try ArchiveError.ofFiles { () throws(FileError) in try FileLock(of: Self.mark, in: folder) }
    defer { lock.release() }
    let former = try lastIndex.withLock { last throws(ArchiveError) in
      guard let last, try identityOfIndex() == last.identity else { return try readIndex() }
      return last.index
    }
    var index = former
    change(&index)
    if index != former {
      let bytes = index.bytes
      try ArchiveError.ofFiles { () throws(FileError) in try folder.replace(Self.index, with: bytes) }
    }
    let last = try identityOfIndex().map { (identity: $0, index: index) }
    lastIndex.withLock { $0 = last }
    return index
  }

  private func identityOfIndex() throws(ArchiveError) -> FileIdentity? {
    try ArchiveError.ofFiles { () throws(FileError) in try folder.status(of: Self.index).map { FileIdentity($0) } }
  }

  /// Removes the drafts of documents that processes left which were killed.
  func removeDrafts() {
    let blobs = Digest.Algorithm.allCases.map { try? openBlobs($0, makes: false) }
    for folder in [folder] + blobs.compactMap(\.self) { folder.removeDrafts() }
  }

  /// Removes a blob or document that no image needs; one that is not there is no error.
  package func remove(_ digest: Digest) throws(FileError) {
    try openBlobs(digest.algorithm, makes: false).remove(digest.hexadecimal)
  }
}
