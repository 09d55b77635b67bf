/// What came of unpacking.
public struct UnpackCounts: Sendable, Hashable {
  /// Entries of all layers, whiteouts included.
  public package(set) var entries = 0
  /// Bytes that were written to files.
  public package(set) var bytes: Int64 = 0
  /// Devices that were left out, because only root may make them.
  public package(set) var skippedDevices = 0
  /// Entries whose owner is another one here, because only root may give files away.
  public package(set) var mappedOwners = 0
  /// Files that lost the bits set-user-ID and set-group-ID with their owner.
  public package(set) var droppedModes = 0
  /// Extended attributes that the file system or the user's rights do not allow.
  public package(set) var skippedAttributes = 0

  package init() {}
}
