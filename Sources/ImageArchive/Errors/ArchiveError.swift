import ImageModel
import SystemPackage

/// Why an archive cannot be planned or written.
public enum ArchiveError: ClassifiedError, Hashable {
  /// The sizes add up to more than 2⁶³ − 1 bytes.
  case archiveTooLarge
  /// Two images name one digest and different sizes.
  case conflictingSizes(Digest)
  /// A manifest or an index has another number of bytes than its descriptor says.
  case documentSizeDiffers(Digest, expected: Int64, actual: Int)
  /// The output path has no file name, or there is a directory.
  case outputIsDirectory(FilePath)
  /// Something else than a regular file stands at the output path: a link, a device, a pipe.
  case outputIsNotRegular(FilePath)
  /// The folder of the output does not exist, or is no folder.
  case folderMissing(FilePath)
  /// The volumes would be so small that there are more of them than the limit.
  case tooManyVolumes(FilePath, count: Int64, limit: Int)
  /// A folder that is to become an OCI image layout, and holds other things.
  case notALayout(FilePath)
  /// Nothing can be made in the folder of the output.
  case folderNotWritable(FilePath, Errno)
  /// The unfinished file or its journal is a link or no regular file, has other names, or belongs to another user.
  case untrustedFile(FilePath)
  /// The unfinished file was replaced or removed while it was being written.
  case fileReplaced(FilePath)
  /// Another process is writing this archive.
  case lockedByOther(FilePath)
  /// An interrupted pull has left bytes in this unfinished file, which something else was to be written to; the images that
  /// it was of, as far as they are known.
  case unfinishedPull(FilePath, of: Set<String> = [])
  /// The disk or the user's share of it is too small; both in bytes.
  case noSpace(FilePath, needed: Int64, free: Int64)
  /// This process may not write files of that size (`ulimit -f`); both in bytes.
  case fileSizeLimit(FilePath, needed: Int64, limit: Int64)
  /// The file system takes no file of that size, in bytes: FAT32 none of 4 GiB.
  case fileTooLarge(FilePath, size: Int64)
  /// Blobs cannot be taken from what stands at this path.
  case unreadable(FilePath, ArchiveFault)
  /// An archive holds no image.
  case noImages(FilePath)
  /// An archive has only a `manifest.json`: the registry's own manifest is not in it.
  case noManifest(FilePath)
  /// An archive holds several images, and none is named; as they are called there.
  case severalImages(FilePath, names: [String])
  /// An archive holds no image of this name; those that it holds.
  case noSuchImage(FilePath, wanted: String, names: [String])
  /// An archive holds no image for this platform; those that it has images for.
  case noSuchPlatform(FilePath, wanted: Platform, available: [Platform])
  /// A call to the system failed.
  case system(Operation, FilePath, Errno)

  /// What was being done when a call to the system failed.
  public enum Operation: String, Sendable, Hashable {
    case open, lock, reserve, read, write, synchronize, rename, remove, inspect
  }

  public var failureClass: FailureClass {
    switch self {
    case .archiveTooLarge, .conflictingSizes, .untrustedFile: .refused
    case .documentSizeDiffers: .integrity
    case .unreadable(_, let fault): fault.failureClass
    case .lockedByOther: .busy
    case .noImages, .noManifest, .noSuchPlatform: .unsupported
    case .severalImages, .unfinishedPull: .usage
    case .noSuchImage: .notFound
    case .notALayout, .tooManyVolumes: .usage
    case .outputIsDirectory, .outputIsNotRegular, .folderMissing, .folderNotWritable, .fileReplaced, .noSpace,
      .fileSizeLimit, .fileTooLarge, .system:
      .localIO
    }
  }
}
