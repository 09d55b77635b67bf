import FoundationEssentials
import ImageModel

/// Docker's list of its images (Docker Engine API, `/images/json`; `docker image inspect`).
struct DockerImageList: Sendable {
  /// As Docker knows them; on containerd's store the digest of an index or of a manifest.
  let identifiers: [String]
  /// The manifests of which it has all blobs.
  let complete: Set<Digest>

  /// - Parameter bytes: a list of objects, or an object a line.
  /// - Returns: nil where it cannot be read.
  init?(_ bytes: [UInt8]) {
    let entries: [Entry]
    if let list = try? JSONDecoder().decode([Entry].self, from: Data(bytes)) {
      entries = list
    } else {
      let lines = bytes.split(separator: UInt8(ascii: "\n"))
      entries = lines.compactMap { try? JSONDecoder().decode(Entry.self, from: Data($0)) }
      guard entries.count == lines.count else { return nil }
    }
    identifiers = entries.map(\.id)
    complete = Set(entries.flatMap(\.complete))
  }

  /// The identifiers that are digests.
  var digests: Set<Digest> { Set(identifiers.compactMap { try? Digest(parsing: $0) }) }

  private struct Entry: Decodable {
    let id: String
    let names: [String]?
    let manifests: [Manifest]?

    struct Manifest: Decodable {
      let id: String?
      let isAvailable: Bool?

      private enum CodingKeys: String, CodingKey {
        case id = "ID"
        case isAvailable = "Available"
      }
    }

    /// Docker tells of manifests since version 27. Before, an image with a digest is one that it has.
    var complete: [Digest] {
      guard let manifests else {
        return (names ?? []).compactMap { try? Digest(parsing: String($0.split(separator: "@").last ?? "")) }
      }
      return manifests.filter { $0.isAvailable == true }.compactMap { $0.id.flatMap { try? Digest(parsing: $0) } }
    }

    private enum CodingKeys: String, CodingKey {
      case id = "Id"
      case names = "RepoDigests"
      case manifests = "Manifests"
    }
  }
}
