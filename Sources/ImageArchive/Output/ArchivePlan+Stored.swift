import FileAccess
import ImageModel
import SystemPackage

extension ArchivePlan {
  /// Whether the archive stands complete at a path: every byte of it is read, and every blob hashed.
  ///
  /// False also where there is nothing, or something that is not a regular file; of several volumes the path is the first.
  /// As long as the archive is large it takes a thread that may wait.
  ///
  /// - Parameter check: called for each piece; what it throws ends the work.
  /// - Throws: `ArchiveError` or `FileError` where the file cannot be read; what `check` throws.
  public func isStored(at path: FilePath, check: () throws -> Void = { try Task.checkCancellation() }) throws -> Bool {
    let parent = path.removingLastComponent()
    let file: ArchiveBytes
    do {
      file = try StoredPlace.found(folder: parent.isEmpty ? "." : parent, name: path.lastComponent?.string ?? "").open()
    } catch let error as Errno where error == .noSuchFileOrDirectory || error == .tooManySymbolicLinkLevels {
      return false
    } catch is ArchiveFault {
      // Something other than a file, or not all volumes.
      return false
    } catch { throw ArchiveError(error, .open, path) }
    do {
      guard file.size == size else { return false }
      // What the plan holds comes first: a file of another image is told apart without reading it all.
      for case .literal(let offset, let bytes) in extents {
        guard try file.digest(of: offset..<(offset + Int64(bytes.count)), .sha256, check) == .hash(bytes) else {
          return false
        }
      }
      for blob in blobs {
        guard try file.digest(of: blob.range, blob.digest.algorithm, check) == blob.digest else { return false }
      }
      return true
    } catch let error as Errno { throw FileError.system(.read, path, error) }
  }
}

extension ArchiveBytes {
  fileprivate func digest(
    of range: Range<Int64>, _ algorithm: Digest.Algorithm, _ check: () throws -> Void
  ) throws -> Digest {
    var hasher = DigestHasher(algorithm)
    try hasher.update(range) { buffer, position in
      try check()
      return try readFully(into: buffer, at: position)
    }
    return hasher.finalize()
  }
}
