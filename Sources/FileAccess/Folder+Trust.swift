import Synchronization
import SystemPackage

extension Stat {
  /// Whether both are of one file, whatever its names.
  package func isSameFile(as other: Stat) -> Bool { deviceID == other.deviceID && inode == other.inode }
}

extension Folder {
  /// Whether a file of this folder is a regular one of this user with no other name: writing to it cannot change a file that
  /// stands elsewhere.
  ///
  /// Some file systems give every file the same owner: FAT, exFAT and NTFS the one that they were mounted for, those of a
  /// network whom the server takes this user for. There a file of that owner is as good.
  package func trusts(_ status: Stat) throws(FileError) -> Bool {
    guard status.type == .regular, status.linkCount <= 1 else { return false }
    if status.userID == UserID(geteuid()) { return true }
    return try status.userID == ownerOfNewFiles()
  }

  /// Whom a file belongs to that this user makes here; nil where none can be made.
  private func ownerOfNewFiles() throws(FileError) -> UserID? {
    let name = ".dray-\(getpid())-\(Self.probes.wrappingAdd(1, ordering: .relaxed).newValue).owner"
    guard let file = try? open(name, flags: O_CREAT | O_EXCL) else { return nil }
    let owner = try? file.stat().userID
    try? file.close()
    try remove(name)
    return owner
  }

  /// Numbers the files of this process that were made to see whose they are.
  private static let probes = Atomic(0)
}
