import ImageModel
import RegistryClient
import Synchronization

/// Small layers that are fetched while the config is on its way, where an image has so many that a trip for each counts.
///
/// They are tried once, and checked; what does not come is fetched as every other layer is.
struct EarlyBlobs: Sendable {
  /// The largest layer that is fetched early, in bytes.
  static let sizeLimit: Int64 = 256 << 10

  let sources: ImageSources
  let connections: Int
  /// Whether a blob is at hand already.
  let isPresent: @Sendable (Descriptor) -> Bool

  /// What came.
  struct Found: Sendable {
    var blobs: [Digest: [UInt8]] = [:]
    /// Bytes that came over the network, wrong ones included.
    var bytesFetched: Int64 = 0
  }

  func fetch(_ manifest: Manifest) async -> Found {
    await withTaskGroup(of: (Digest, [UInt8]?, fetched: Int64).self) { group in
      for (index, layer) in choice(from: manifest).enumerated() {
        // The config goes over the first connection.
        group.addTask { await fetch(layer, lane: index + 1) }
      }
      return await group.reduce(into: Found()) { found, layer in
        found.blobs[layer.0] = layer.1
        found.bytesFetched += layer.fetched
      }
    }
  }

  /// The first layers, one for each connection: of an image that has more layers than there are connections, and small
  /// ones.
  private func choice(from manifest: Manifest) -> [Descriptor] {
    let layers = manifest.layers
    guard layers.count > connections, layers.reduce(0, { $0 + $1.size }) / Int64(layers.count) < Self.sizeLimit else {
      return []
    }
    var chosen: [Digest: Descriptor] = [:]
    for layer in layers where chosen.count < connections - 1 {
      guard (1...Self.sizeLimit).contains(layer.size), layer.data == nil, layer.urls.isEmpty, !isPresent(layer) else {
        continue
      }
      chosen[layer.digest] = layer
    }
    return Array(chosen.values)
  }

  private func fetch(_ layer: Descriptor, lane: Int) async -> (Digest, [UInt8]?, fetched: Int64) {
    let usable = sources.endpoints.indices.filter { !sources.isDropped($0) }
    guard !usable.isEmpty else { return (layer.digest, nil, 0) }
    let index = usable[lane % usable.count]
    let fetched = Mutex<Int64>(0)
    // Why one does not come is found out, and told, when it is asked for again.
    let client = try? await sources.client(index)
    let bytes = try? await client?.smallBlobOnce(sources.endpoints[index].repository, layer, lane: lane) { count in
      fetched.withLock { $0 += Int64(count) }
    }
    return (layer.digest, bytes, fetched.withLock { $0 })
  }
}
