import ImageModel

/// An image that the other side has, as far as a delta can build on it.
public struct BaseImage: Sendable, Hashable {
  /// What a delta calls it: `docker.io/library/app:1.9@sha256:…`, or a digest alone.
  public let name: String
  /// The digests of its layers without compression, the base first; empty where they are not known.
  public let diffIDs: [Digest]
  /// The digests of its layers as they are stored, the base first; nil where they are not known.
  public let layers: [Digest]?

  public init(name: String, diffIDs: [Digest], layers: [Digest]?) {
    self.name = name
    self.diffIDs = diffIDs
    self.layers = layers
  }

  /// How many layers at the bottom of an image are this image's as well. A store that knows layers by the chain below them
  /// has these (image-spec, config.md, "Layer ChainID").
  package func commonLayers(_ image: LayerDigests) -> Int {
    let byContent = zip(diffIDs, image.diffIDs).prefix { $0 == $1 }.count
    let asStored = zip(layers ?? [], image.layers).prefix { $0 == $1 }.count
    return max(byContent, asStored)
  }
}

/// The layers of an image for which a delta is made.
package struct LayerDigests: Sendable {
  /// As they are stored, the base first.
  package let layers: [Digest]
  /// Without compression; empty where the config does not say.
  package let diffIDs: [Digest]

  package init(_ layers: [Digest], _ diffIDs: [Digest]) {
    self.layers = layers
    self.diffIDs = diffIDs
  }
}
