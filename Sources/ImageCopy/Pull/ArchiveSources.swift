import BlobTransfer
import ImageModel
import MachineConfiguration
import RegistryClient

/// Where the blobs of an archive can be had.
struct ArchiveSources: Sendable {
  /// Best first, origins last.
  let sources: [any BlobSource]
  /// For each source, the images that are asked for there.
  private let askers: [[(sources: ImageSources, index: Int)]]

  /// An image of registries.
  struct Asked: Sendable {
    let sources: ImageSources
    /// Its blobs.
    let digests: Set<Digest>
  }

  init(_ images: [Asked], fetchesForeignLayers: Bool) {
    let places = Self.places(images)
    askers = places.map { $0.map { (images[$0.image].sources, $0.endpoint) } }
    let source = { (place: Place) in
      RegistrySource(images[place.image].sources, at: place.endpoint, fetchesForeignLayers: fetchesForeignLayers)
    }
    sources = places.map { place in
      var holders: [Digest: [Int]] = [:]
      for (position, holder) in place.enumerated() {
        for digest in images[holder.image].digests { holders[digest, default: []].append(position) }
      }
      return SharedSource(place.map(source), holders: holders)
    }
  }

  /// Takes in what the engine has seen of a source.
  func note(_ news: SourceBoard.News) {
    switch news {
    case .dropped(let source, let reason): for (sources, index) in askers[source] { sources.drop(index, reason) }
    case .incomplete(let source): for (sources, index) in askers[source] { sources.lacksSomething(index) }
    }
  }

  /// An image, and one of the endpoints where it can be asked for.
  private struct Place {
    let image: Int
    let endpoint: Int
  }

  private struct Key: Hashable {
    let place: PullEndpoint
    let isMirror: Bool
    /// An image may have several repositories at one place.
    let occurrence: Int
  }

  /// One entry for each place, whatever the number of images there: a registry has one pace and one patience.
  private static func places(_ images: [Asked]) -> [[Place]] {
    var keys: [Key] = []
    var places: [Key: [Place]] = [:]
    for (number, image) in images.enumerated() {
      var seen: [PullEndpoint: Int] = [:]
      for (index, endpoint) in image.sources.endpoints.enumerated() {
        let key = Key(
          place: endpoint.place, isMirror: image.sources.isMirror(index), occurrence: seen[endpoint.place, default: 0])
        seen[endpoint.place, default: 0] += 1
        if places[key] == nil { keys.append(key) }
        places[key, default: []].append(Place(image: number, endpoint: index))
      }
    }
    return (keys.filter(\.isMirror) + keys.filter { !$0.isMirror }).compactMap { places[$0] }
  }
}
