import ImageArchive
import NIOCore
import SystemPackage

/// A part of a file on disk that a connection sends as it stands, without a copy of it in this process.
public struct FilePart: Sendable {
  /// Keeps the file open until the part is sent.
  let archive: ArchiveBytes
  let file: SystemPackage.FileDescriptor
  /// In `file`.
  let offset: Int64
  /// Bytes; not zero.
  let count: Int

  /// On the connection's loop. The file stays this process's: the region's handle is to be let go, not closed.
  var region: FileRegion {
    FileRegion(
      fileHandle: NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: file.rawValue), readerIndex: Int(offset),
      endIndex: Int(offset) + count)
  }
}
