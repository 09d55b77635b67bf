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
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      // What the plan holds comes first: a file of another image is told apart without reading it all.
      for case .literal(let offset, let bytes) in extents {
        guard try file.bytes(offset..<(offset + Int64(bytes.count)), areEqualTo: bytes, buffer: &buffer, check) else {
          return false
        }
      }
      for blob in blobs {
        guard try file.digest(of: blob.range, blob.digest.algorithm, buffer: &buffer, check) == blob.digest else {
          return false
        }
      }
      return true
    } catch let error as Errno { throw FileError.system(.read, path, error) }
  }
}

extension ArchiveBytes {
  fileprivate func bytes(
    _ range: Range<Int64>, areEqualTo expected: [UInt8], buffer: inout [UInt8], _ check: () throws -> Void
  ) throws -> Bool {
    var position = 0
    var isEqual = true
    try forEachChunk(of: range, buffer: &buffer, check) { chunk in
      isEqual = isEqual && expected[position..<(position + chunk.count)].elementsEqual(chunk)
      position += chunk.count
    }
    return isEqual && position == expected.count
  }

  fileprivate func digest(
    of range: Range<Int64>, _ algorithm: Digest.Algorithm, buffer: inout [UInt8], _ check: () throws -> Void
  ) throws -> Digest {
    var hasher = DigestHasher(algorithm)
    try forEachChunk(of: range, buffer: &buffer, check) { hasher.update($0) }
    return hasher.finalize()
  }

  private func forEachChunk(
    of range: Range<Int64>, buffer: inout [UInt8], _ check: () throws -> Void,
    body: (UnsafeRawBufferPointer) -> Void
  ) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      try check()
      let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
      let count = try buffer.withUnsafeMutableBytes { bytes in
        let count = try readFully(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), at: position)
        body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        return count
      }
      guard count == wanted else { return }
      position += Int64(count)
    }
  }
}
