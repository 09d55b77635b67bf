import CRootFolder
import FileAccess
import SystemPackage
import TarFormat

/// A folder that becomes the root of an image. Nothing that an image says leads out of it, or replaces it.
///
/// Every path is followed from the root's handle on: absolute links and `..` end at the root. What is made is changed
/// through its own handle, and never by a path again. Folders are open to this user alone until ``finish()`` gives them
/// what their entries say. It is used on one thread.
package final class RootFolder {
  /// The longest path that a system takes, in bytes.
  static let longestPath = 4_095
  /// How many links lead to one file at most, as on Linux.
  static let mostLinks = 40
  /// What a new file system has in its root.
  static let lostAndFound = Array("lost+found".utf8)
  /// How often something is made anew where somebody else was faster.
  static let mostTries = 64

  /// Who follows links on the way to a folder.
  package enum Resolution: Sendable, CaseIterable {
    /// The kernel, in one step; where it cannot, as ``walk``.
    case kernel
    /// This program, one folder at a time.
    case walk
  }

  let root: FolderHandle
  /// Whether files keep the owners that the image says.
  let keepsOwners: Bool
  let user = geteuid()
  let group = getegid()
  let creationMask = ProcessUmask.value
  private(set) var resolution: Resolution
  var cache = FolderCache()
  /// What the folders get in the end.
  var folders: [FolderIdentity: EntryAttributes] = [:]
  /// Nil in the lowest layer, which hides nothing.
  var made: UnpackedNames?
  /// What all layers have made; nil where the file system tells names apart as images do.
  var spelled: UnpackedNames?
  package var counts = UnpackCounts()
  /// Whether the root is that of a file system, whose own folder stays.
  var keepsLostAndFound = false {
    didSet {
      if keepsLostAndFound, root.has(Self.lostAndFound) { try? note(Self.lostAndFound, in: root) }
    }
  }

  /// Takes over an empty folder of this user's own.
  ///
  /// - Parameters:
  ///   - descriptor: an open folder; closed in the end.
  ///   - keepsOwners: nil for: as root.
  /// - Throws: ``UnpackError/system(_:entry:_:)``.
  package init(
    _ descriptor: FileDescriptor, resolution: Resolution = .kernel, keepsOwners: Bool? = nil
  ) throws(UnpackError) {
    root = FolderHandle(descriptor.rawValue)
    self.resolution = resolution
    self.keepsOwners = keepsOwners ?? (geteuid() == 0)
    do {
      // What is made in the folder is this user's and this group's, whatever the folders above say.
      try Errno.check { fchown(root.descriptor, user, group) }
      try Errno.check { fchmod(root.descriptor, S_IRWXU) }
      for name in ["system.posix_acl_default", "system.posix_acl_access"] {
        _ = dray_remove_attribute(root.descriptor, name)
      }
      folders[try root.identity()] = .impliedFolder
      if Self.foldsNames(in: root) { spelled = UnpackedNames() }
    } catch { throw .system(.describe, entry: "", error) }
  }

  /// Begins the next layer, the lowest first.
  package func beginLayer(isLowest: Bool) {
    made = isLowest ? nil : UnpackedNames()
  }

  /// Notes that this layer made a name.
  func note(_ name: [UInt8], in folder: FolderHandle) throws(Errno) {
    guard made != nil || spelled != nil else { return }
    let identity = try folder.identity()
    made?.insert(name, in: identity)
    spelled?.insert(name, in: identity)
  }

  /// Whether this layer made a name.
  func isMade(_ name: [UInt8], in folder: FolderHandle) throws(Errno) -> Bool {
    guard let made else { return true }
    return made.contains(name, in: try folder.identity())
  }

  func kernelCannotResolve() {
    resolution = .walk
  }

  static func text(_ path: some Sequence<[UInt8]>) -> String {
    String(decoding: path.joined(separator: [UInt8(ascii: "/")]).map { $0 }, as: UTF8.self)
  }
}
