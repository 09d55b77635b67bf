import FoundationEssentials
import ImageModel

/// `referrers.json`: an archive's own list of the signatures and the like that it holds.
///
/// It is an OCI index that no other file names: an entry of `index.json` would be taken for an image by some loaders, and a
/// file that they do not know bothers none.
enum ReferrerList {
  static let fileName = "referrers.json"
  /// What an entry is about.
  static let subjectKey = "io.dray.referrer.subject"
  /// The tag that an entry stands under in the registry.
  static let tagKey = "io.dray.referrer.tag"

  /// The bytes of the file: each referrer once, in their order.
  static func bytes(_ referrers: [ArchivedReferrer]) -> [UInt8] {
    var seen: Set<Key> = []
    let entries = referrers.filter { seen.insert(Key($0)).inserted }.map { referrer in
      var annotations = [subjectKey: "\(referrer.subject)"]
      annotations[tagKey] = referrer.tag
      let descriptor = referrer.document.descriptor
      return Entry(
        mediaType: descriptor.mediaType.rawValue, digest: "\(descriptor.digest)", size: descriptor.size,
        artifactType: descriptor.artifactType?.rawValue, annotations: annotations)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and integers always encode.
    return (try? encoder.encode(File(manifests: entries))).map(Array.init) ?? []
  }

  /// What an entry says.
  struct Listed {
    let descriptor: Descriptor
    let subject: Digest
    let tag: String?
  }

  /// Reads the file. An entry that is not understood is left out.
  static func entries(_ bytes: [UInt8]) throws(ArchiveFault) -> [Listed] {
    guard case .index(let index)? = try? ManifestDocument(parsing: bytes, contentType: .ociIndex) else {
      throw .unreadableIndex
    }
    return index.manifests.compactMap { entry in
      guard let text = entry.annotations[subjectKey], let subject = try? Digest(parsing: text),
        entry.mediaType.isIndex || entry.mediaType.isImageManifest
      else { return nil }
      return Listed(descriptor: entry, subject: subject, tag: entry.annotations[tagKey])
    }
  }

  /// Tells referrers apart without their bytes, of which there may be many.
  private struct Key: Hashable {
    let digest: Digest
    let subject: Digest
    let tag: String?

    init(_ referrer: ArchivedReferrer) {
      (digest, subject, tag) = (referrer.document.descriptor.digest, referrer.subject, referrer.tag)
    }
  }

  private struct File: Encodable {
    let schemaVersion = 2
    let mediaType = MediaType.ociIndex.rawValue
    let manifests: [Entry]
  }

  private struct Entry: Encodable {
    let mediaType: String
    let digest: String
    let size: Int64
    let artifactType: String?
    let annotations: [String: String]
  }
}
