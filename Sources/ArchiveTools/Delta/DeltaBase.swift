import ImageArchive
import ImageModel

/// What the other side has, and the rule for what an archive may leave out.
///
/// Docker's classic store and podman find a layer by its diff id and the whole chain below it; containerd, and Docker on
/// containerd's store, by the digest of the stored blob. A layer is left out where both find it: all layers up to it are
/// the bottom of one base image, and a base image is known to have the very blob. Of a base that is known by diff ids alone
/// the chain is all there is to go by: such a delta is for stores that know layers by it.
package struct DeltaBase: Sendable {
  package let images: [BaseImage]
  /// Blobs that the other side has whatever images they are of.
  package let blobs: Set<Digest>

  package init(images: [BaseImage], blobs: Set<Digest> = []) {
    self.images = images
    self.blobs = blobs
  }

  package struct Outcome: Sendable {
    /// Nil where nothing can be left out.
    package let delta: ArchiveDelta?
    /// Whether a layer is left out by its diff id alone.
    package let isByDiffID: Bool
  }

  package func delta(for images: [LayerDigests]) -> Outcome {
    var absent: Set<Digest> = []
    var needed: Set<Digest> = []
    var owners: [Digest: (base: Int, isByDiffID: Bool)] = [:]
    for image in images {
      let common = self.images.map { $0.commonLayers(image) }
      for (index, layer) in image.layers.enumerated() {
        if blobs.contains(layer) {
          absent.insert(layer)
        } else if let owner = owner(of: layer, common: common, index) {
          absent.insert(layer)
          owners[layer] = owner
        } else {
          needed.insert(layer)
        }
      }
    }
    // A layer may stand in several places, and is left out only where none of them needs it.
    absent.subtract(needed)
    guard !absent.isEmpty else { return Outcome(delta: nil, isByDiffID: false) }
    let used = absent.compactMap { owners[$0] }
    var names: [String] = []
    for index in Set(used.map(\.base)).sorted() where !names.contains(self.images[index].name) {
      names.append(self.images[index].name)
    }
    return Outcome(delta: ArchiveDelta(absent: absent, bases: names), isByDiffID: used.contains(where: \.isByDiffID))
  }

  /// - Parameter common: how many layers each base image has in common with this one.
  private func owner(of layer: Digest, common: [Int], _ index: Int) -> (base: Int, isByDiffID: Bool)? {
    let candidates = images.indices.filter { common[$0] > index }
    guard !candidates.isEmpty else { return nil }
    let holds = { (base: Int) in images[base].layers?.contains(layer) == true }
    if let base = candidates.first(where: holds) ?? images.indices.first(where: holds) { return (base, false) }
    return candidates.first { images[$0].layers == nil }.map { ($0, true) }
  }
}
