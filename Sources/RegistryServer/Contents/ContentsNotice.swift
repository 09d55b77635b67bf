import ArchiveTools
import ImageArchive
import ImageModel
import SystemPackage

/// What whoever runs a server is to know of what is on disk.
public enum ContentsNotice: Sendable, Hashable {
  /// A file cannot be served: damaged, or none that holds images.
  case unreadable(FilePath, ArchiveError)
  /// No manifests can be made for an archive that came without.
  case unsuitable(FilePath, ConversionError)
  /// Nothing says how an image is called, so that nobody could ask for it.
  case nameless(FilePath, Digest)
  /// An image lacks blobs that no other file has: it is a delta without its base, or damaged.
  case incomplete(FilePath, name: String, missing: Int, bases: [String])
  /// An image came without a manifest, and has got one: its digest is none that a registry knows.
  case madeManifest(FilePath, Digest)
  /// All of it was read and is right.
  case verified(FilePath)
  /// Bytes of it are not what they should be: it is not served any more.
  case damaged(FilePath)
  /// Its bytes are right, and something else is wrong with it: it is served.
  case faulty(FilePath)
  /// It was written to after it was served: it is served again once all of it was read.
  case rewritten(FilePath)
  /// Another file has the same tag for another image, and came first.
  case tagTaken(FilePath, name: String, by: FilePath)
  /// Something in a folder may be meant to be served, and is not.
  case leftOut(FilePath, LeftOut)
  /// More of a folder is left out than is told one by one.
  case moreLeftOut(FilePath, Int)
  /// A folder holds more than is looked at.
  case crowded(FilePath, limit: Int)

  /// Why something in a folder is not looked into.
  public enum LeftOut: Sendable, Hashable {
    /// A folder that is no layout.
    case folder
    case link
    case compressed(ArchiveCompression)
    /// A volume of an archive without this one.
    case volume(first: String)
  }
}
