import ImageLayers
import ImageModel

/// What is not the same in two images.
package struct ImageDifference: Sendable {
  /// A layer, and which of the images have it.
  package struct LayerEntry: Sendable {
    package enum Side: String, Sendable, Hashable {
      case both, first, second
    }

    package let side: Side
    package let name: String
    /// The compressed bytes, where they are known.
    package let size: Int64?
  }

  /// The layers of both, those that they share once.
  package let layers: [LayerEntry]
  package let config: [ConfigDifference]
  /// In the order of paths.
  package let files: [FileDifference]
  /// Whether the shared layers were not read, since they are in a registry: of some files it is then not known whether
  /// they were there before.
  package let isBaseUnknown: Bool

  package var isEmpty: Bool {
    layers.allSatisfy { $0.side == .both } && config.isEmpty && files.isEmpty
  }
}

/// A path that is not the same in two images.
package struct FileDifference: Sendable, Hashable {
  package enum Change: String, Sendable, Hashable {
    case added, removed, changed
    /// Only one of the images has it in layers of its own. Whether the shared layers have it too is not known.
    case unknown
  }

  /// What of a file is another.
  package enum Aspect: String, Sendable, Hashable, CaseIterable {
    case type, mode, owner, link, size, content, attributes
  }

  package let change: Change
  package let path: LayerPath
  /// Nil for what is added, and where it is not known.
  package let old: RootEntry?
  /// Nil for what is removed, and where it is not known.
  package let new: RootEntry?

  /// What differs; empty unless both are known.
  package var aspects: [Aspect] {
    guard let old, let new else { return [] }
    return Aspect.allCases.filter { aspect in
      switch aspect {
      case .type: old.kind != new.kind
      case .mode: old.mode != new.mode
      case .owner: (old.userID, old.groupID) != (new.userID, new.groupID)
      case .link: old.linkTarget != new.linkTarget
      case .size: old.size != new.size
      case .content: old.contentDigest != new.contentDigest && old.kind == new.kind
      case .attributes: old.attributesDigest != new.attributesDigest
      }
    }
  }
}
