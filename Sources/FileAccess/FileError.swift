import SystemPackage

/// Why a file cannot be read, or put where it is to stand.
public enum FileError: Error, Sendable, Hashable {
  /// The path has no file name, or there is a folder.
  case outputIsDirectory(FilePath)
  /// Something else than a regular file stands at the path: a link, a device, a pipe.
  case outputIsNotRegular(FilePath)
  /// The folder does not exist.
  case folderMissing(FilePath)
  /// There is something else than a folder.
  case notAFolder(FilePath)
  /// Nothing can be made in the folder.
  case folderNotWritable(FilePath, Errno)
  /// An unfinished file is a link or no regular file, has other names, or belongs to another user.
  case untrustedFile(FilePath)
  /// The file was replaced or removed while it was being read or written.
  case fileReplaced(FilePath)
  /// Another process is writing the file.
  case lockedByOther(FilePath)
  /// The disk or the user's share of it is too small; both in bytes.
  case noSpace(FilePath, needed: Int64, free: Int64)
  /// This process may not write files of that size (`ulimit -f`); both in bytes.
  case fileSizeLimit(FilePath, needed: Int64, limit: Int64)
  /// The file system takes no file of that size, in bytes: FAT32 none of 4 GiB.
  case fileTooLarge(FilePath, size: Int64)
  /// A call to the system failed.
  case system(Operation, FilePath, Errno)

  /// What was being done when a call to the system failed.
  public enum Operation: String, Sendable, Hashable {
    case open, lock, reserve, read, write, synchronize, rename, remove, inspect
  }
}
