import ImageArchive
import ImageModel
import SystemPackage

/// What whoever runs a server is to know of what is on disk.
public enum ContentsNotice: Sendable, Hashable {
  /// A file cannot be served: damaged, or none that holds images.
  case unreadable(FilePath, ArchiveError)
  /// Nothing says how an image is called, so that nobody could ask for it.
  case nameless(FilePath, Digest)
  /// An image lacks blobs that no other file has: it is a delta without its base, or damaged.
  case incomplete(FilePath, name: String, missing: Int, bases: [String])
  /// Another file has the same tag for another image, and came first.
  case tagTaken(FilePath, name: String, by: FilePath)
}
