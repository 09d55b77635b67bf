import FoundationEssentials
import ImageModel

/// A list of images in JSON: what `docker image inspect`, `podman image inspect` or `dray inspect --json` prints on the
/// other side.
package enum BaseList {
  /// The longest list that is read, in bytes.
  package static let sizeLimit = 64 << 20

  /// - Parameter name: what the user calls the list.
  package static func images(_ bytes: [UInt8], name: String) throws(BaseError) -> [BaseImage] {
    guard bytes.count <= sizeLimit else { throw .listTooLarge(name: name, limit: sizeLimit) }
    let entries = try entries(bytes, name: name)
    let images = entries.compactMap(\.base)
    guard !images.isEmpty else { throw entries.isEmpty ? .notAList(name: name) : .noImage(name: name) }
    return images
  }

  /// The images that an engine has; there may be none.
  package static func engineImages(_ bytes: [UInt8], name: String) throws(BaseError) -> [BaseImage] {
    try entries(bytes, name: name).compactMap(\.base)
  }

  /// Reads objects and lists of objects, one after another: an engine's command that is run for many images prints
  /// several lists.
  private static func entries(_ bytes: [UInt8], name: String) throws(BaseError) -> [Entry] {
    guard let values = values(bytes) else { throw .notAList(name: name) }
    var entries: [Entry] = []
    for value in values {
      let bytes = Array(value)
      guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil else { throw .notAList(name: name) }
      let isList = bytes.first == UInt8(ascii: "[")
      let decoder = JSONDecoder()
      do {
        entries +=
          try isList ? decoder.decode([Entry].self, from: Data(bytes)) : [decoder.decode(Entry.self, from: Data(bytes))]
      } catch { throw .notAList(name: name) }
    }
    return entries
  }

  /// Where each object or list begins and ends; nil where there is anything else.
  private static func values(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
    var values: [ArraySlice<UInt8>] = []
    var (start, depth, isString, isEscaped) = (0, 0, false, false)
    for (index, byte) in bytes.enumerated() {
      if isString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if depth == 0 { start = index }
        depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        guard depth >= 0 else { return nil }
        if depth == 0 { values.append(bytes[start...index]) }
      case UInt8(ascii: "\"") where depth > 0: isString = true
      default: guard depth > 0 || byte <= 0x20 else { return nil }
      }
    }
    return depth == 0 && !isString ? values : nil
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
  package static func name(_ reference: ImageReference?, _ digest: Digest) -> String {
    guard let reference else { return "\(digest)" }
    return reference.tag == nil ? "\(reference.qualifiedRepository)@\(digest)" : "\(reference.qualifiedName)@\(digest)"
  }
}
