import ImageModel
import TarFormat

/// What stands at a path once all layers of an image lie upon one another.
package struct RootEntry: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case file, directory, symbolicLink, pipe
    case characterDevice(major: UInt32, minor: UInt32)
    case blockDevice(major: UInt32, minor: UInt32)
  }

  /// Where the content of a file stands: the entry of this number, counted from 0, of the layer of this number.
  package struct Place: Sendable, Hashable {
    package let layer: Int
    package let entry: Int

    package init(layer: Int, entry: Int) {
      self.layer = layer
      self.entry = entry
    }
  }

  package let path: LayerPath
  package let kind: Kind
  /// Permissions, with the bits for set-user-ID, set-group-ID and sticky.
  package let mode: UInt16
  package let userID: UInt32
  package let groupID: UInt32
  package let modified: TarTime
  /// A file's bytes; 0 for what is no file.
  package let size: Int64
  /// Where a symbolic link points to, as it stands in the layer.
  package let linkTarget: [UInt8]
  /// A digest of the names and values of its extended attributes; nil where it has none.
  package let attributesDigest: Digest?
  /// The layer that put it there, counted from 0.
  package let layer: Int
  /// Nil for a folder that no entry names: others are in it.
  package let place: Place?
  /// Names that the file has.
  package let linkCount: Int
  /// The digest of the file's content, where it was asked for.
  package let contentDigest: Digest?
}
