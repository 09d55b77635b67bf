import ImageModel
import SystemPackage

/// Why an image cannot be unpacked into a folder.
///
/// An entry is named by its path in the image, which may hold any character.
public enum UnpackError: ClassifiedError, Hashable {
  // What the image asks for
  /// An entry would make something other than a folder of the root itself.
  case rootReplaced(entry: String)
  /// More links than any system follows lead to the folder of an entry.
  case tooManyLinks(entry: String)
  /// A file stands where the path of an entry needs a folder.
  case notAFolder(entry: String)
  /// A hard link to something that is not there, or to a folder.
  case noLinkTarget(entry: String, target: String)
  /// Two names that this file system takes for one.
  case sameName(entry: String)
  /// All files together have more than `limit` bytes.
  case tooLarge(limit: Int64)
  /// All layers together have more than `limit` entries.
  case tooManyEntries(limit: Int)

  // The folder
  /// It cannot be made, opened, named or removed.
  case folder(FilePath, Errno)
  /// There is something in it.
  case folderNotEmpty(FilePath)
  /// Something that is no folder stands at its path.
  case notADirectory(FilePath)
  /// What an unpack left behind that was ended.
  case leftOver(FilePath)
  /// Another process is unpacking to it.
  case lockedByOther(FilePath)
  /// Somebody else changed what is being unpacked.
  case changedByOther(entry: String)
  /// A call to the system failed, for an entry or, where it is empty, for the root.
  case system(Operation, entry: String, Errno)

  /// What was being done when a call to the system failed.
  public enum Operation: String, Sendable, Hashable {
    case make, write, describe, remove, finish
  }

  public var failureClass: FailureClass {
    switch self {
    case .rootReplaced, .tooManyLinks, .notAFolder, .noLinkTarget, .sameName, .tooLarge, .tooManyEntries,
      .changedByOther:
      .refused
    case .lockedByOther: .busy
    case .folder, .folderNotEmpty, .notADirectory, .leftOver, .system: .localIO
    }
  }
}
