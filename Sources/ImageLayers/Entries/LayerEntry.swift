import TarFormat

/// One entry of a layer, as its headers have it.
package struct LayerEntry: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case file, directory
    case symbolicLink
    /// Another name of what an earlier entry, or a lower layer, put at a path.
    case hardLink(LayerPath)
    case pipe
    case characterDevice(major: UInt32, minor: UInt32)
    case blockDevice(major: UInt32, minor: UInt32)
  }

  package let path: LayerPath
  package let kind: Kind
  /// The byte in its header that says so: several say "file".
  package let type: UInt8
  /// What it takes away; nil for an entry like any other. A whiteout is never made itself, whatever its kind is.
  package let whiteout: Whiteout?
  /// Permissions, with the bits for set-user-ID, set-group-ID and sticky.
  package let mode: UInt16
  package let userID: UInt32
  package let groupID: UInt32
  package let modified: TarTime
  /// A file's bytes, holes included; 0 for what is no file.
  package let size: Int64
  /// Where a symbolic link points to, as it stands in the layer: it may lead anywhere. Empty for other kinds.
  package let linkTarget: [UInt8]
  /// By the names that the file system gives them, such as `security.capability`.
  package let extendedAttributes: [[UInt8]: [UInt8]]
  /// Where the data of a sparse file belong; nil for a file without holes.
  package let sparseMap: SparseMap?

  /// Whether its content becomes that of a file in the root.
  package var hasContent: Bool {
    guard kind == .file, let whiteout else { return kind == .file }
    if case .linkSource = whiteout { return true }
    return false
  }
}
