import TarFormat

/// What an entry of a layer has beside its content.
package struct EntryAttributes: Sendable, Hashable {
  /// An extended attribute.
  package struct Extended: Sendable, Hashable {
    /// Such as `security.capability`.
    package let name: [UInt8]
    package let value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// Permissions, with the bits for set-user-ID, set-group-ID and sticky.
  package var mode: UInt16
  package var userID: UInt32
  package var groupID: UInt32
  package var modified: TarTime
  package var extended: [Extended]

  package init(mode: UInt16, userID: UInt32, groupID: UInt32, modified: TarTime, extended: [Extended] = []) {
    self.mode = mode
    self.userID = userID
    self.groupID = groupID
    self.modified = modified
    self.extended = extended
  }

  /// Those of a folder that no layer has an entry for: one that only stands in the paths of others.
  package static let impliedFolder = EntryAttributes(
    mode: 0o755, userID: 0, groupID: 0, modified: TarTime(seconds: 0))
}
