import FoundationEssentials
import ImageModel

/// A list of images in JSON: what `docker image inspect`, `podman image inspect` or `dray inspect --json` prints on the
/// other side.
package enum BaseList {
  /// The longest list that is read, in bytes.
  package static let sizeLimit = 64 << 20

  /// - Parameter name: what the user calls the list.
  static func images(_ bytes: [UInt8], name: String) throws(BaseError) -> [BaseImage] {
    guard bytes.count <= sizeLimit else { throw .listTooLarge(name: name, limit: sizeLimit) }
    let entries: [Entry]
    if let array = array(bytes) { entries = array } else { entries = try lines(bytes, name: name) }
    let images = entries.compactMap(\.base)
    guard !images.isEmpty else { throw entries.isEmpty ? .notAList(name: name) : .noImage(name: name) }
    return images
  }

  private static func array(_ bytes: [UInt8]) -> [Entry]? {
    guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "["), isPlain(bytes) else { return nil }
    return try? JSONDecoder().decode([Entry].self, from: Data(bytes))
  }

  /// One object, or one a line.
  private static func lines(_ bytes: [UInt8], name: String) throws(BaseError) -> [Entry] {
    if isPlain(bytes), let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes)) { return [entry] }
    var entries: [Entry] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.contains(where: { $0 > 0x20 }) {
      guard isPlain(Array(line)), let entry = try? JSONDecoder().decode(Entry.self, from: Data(line)) else {
        throw .notAList(name: name)
      }
      entries.append(entry)
    }
    return entries
  }

  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    (try? JSONScanner.check(bytes, numbers: .finite)) != nil
  }
}

extension BaseList {
  /// The fields of both forms that matter here.
  private struct Entry: Decodable {
    // Docker and podman
    let id: String?
    let tags: [String]?
    let digests: [String]?
    let root: Root?
    // dray
    let reference: String?
    let image: Image?

    struct Root: Decodable {
      let layers: [String]?

      private enum CodingKeys: String, CodingKey {
        case layers = "Layers"
      }
    }

    struct Image: Decodable {
      struct Layer: Decodable {
        let digest: String
      }

      let manifestDigest: String
      let layers: [Layer]
    }

    private enum CodingKeys: String, CodingKey {
      case id = "Id"
      case tags = "RepoTags"
      case digests = "RepoDigests"
      case root = "RootFS"
      case reference, image
    }

    /// Nil where the entry speaks of no image with layers.
    var base: BaseImage? {
      if let image {
        let layers = image.layers.compactMap { try? Digest(parsing: $0.digest) }
        guard !layers.isEmpty, layers.count == image.layers.count,
          let digest = try? Digest(parsing: image.manifestDigest)
        else { return nil }
        return BaseImage(name: Self.name([reference], digest), diffIDs: [], layers: layers)
      }
      let texts = root?.layers ?? []
      let diffIDs = texts.compactMap { try? Digest(parsing: $0) }
      guard !diffIDs.isEmpty, diffIDs.count == texts.count, let id,
        let digest = try? Digest(parsing: id.contains(":") ? id : "sha256:\(id)")
      else { return nil }
      return BaseImage(name: Self.name((tags ?? []) + (digests ?? []), digest), diffIDs: diffIDs, layers: nil)
    }

    private static func name(_ texts: [String?], _ digest: Digest) -> String {
      BaseImage.name(texts.lazy.compactMap { $0.flatMap { try? ImageReference(parsing: $0) } }.first, digest)
    }
  }
}

extension BaseImage {
  /// What a delta calls an image of this name and digest.
  static func name(_ reference: ImageReference?, _ digest: Digest) -> String {
    guard let reference else { return "\(digest)" }
    return reference.tag == nil ? "\(reference.qualifiedRepository)@\(digest)" : "\(reference.qualifiedName)@\(digest)"
  }
}
