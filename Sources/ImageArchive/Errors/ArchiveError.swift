import FileAccess
import ImageModel
import SystemPackage

/// Why an archive cannot be planned or written.
public enum ArchiveError: ClassifiedError, Hashable {
  /// A file cannot be read, or put where it is to stand.
  case file(FileError)
  /// The sizes add up to more than 2⁶³ − 1 bytes.
  case archiveTooLarge
  /// Two images name one digest and different sizes.
  case conflictingSizes(Digest)
  /// A manifest or an index has another number of bytes than its descriptor says.
  case documentSizeDiffers(Digest, expected: Int64, actual: Int)
  /// The volumes would be so small that there are more of them than the limit.
  case tooManyVolumes(FilePath, count: Int64, limit: Int)
  /// A folder that is to become an OCI image layout, and holds other things.
  case notALayout(FilePath)
  /// An interrupted pull has left bytes in this unfinished file, which something else was to be written to; the images that
  /// it was of, as far as they are known.
  case unfinishedPull(FilePath, of: Set<String> = [])
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

  /// What ended work on an archive at a path: an error of its own, a fault of what is read, or one of the system.
  package init(_ error: any Error, _ operation: FileError.Operation, _ path: FilePath) {
    self =
      switch error {
      case let error as ArchiveError: error
      case let error as FileError: .file(error)
      case let fault as ArchiveFault: .unreadable(path, fault)
      default: .file(.system(operation, path, error as? Errno ?? .ioError))
      }
  }

  /// Runs what works on files alone, with its errors as errors of archives.
  static func ofFiles<Result>(_ work: () throws(FileError) -> Result) throws(ArchiveError) -> Result {
    do { return try work() } catch { throw .file(error) }
  }

  public var failureClass: FailureClass {
    switch self {
    case .file(let error): error.failureClass
    case .archiveTooLarge, .conflictingSizes: .refused
    case .documentSizeDiffers: .integrity
    case .unreadable(_, let fault): fault.failureClass
    case .noImages, .noManifest, .noSuchPlatform: .unsupported
    case .severalImages, .unfinishedPull, .notALayout, .tooManyVolumes: .usage
    case .noSuchImage: .notFound
    }
  }
}

extension FileError: ClassifiedError {
  public var failureClass: FailureClass {
    switch self {
    case .untrustedFile: .refused
    case .lockedByOther: .busy
    case .outputIsDirectory, .outputIsNotRegular, .folderMissing, .notAFolder, .folderNotWritable, .fileReplaced,
      .noSpace, .fileSizeLimit, .fileTooLarge, .system:
      .localIO
    }
  }
}
