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
    var seen: Set<ArchivedReferrer> = []
    let entries = referrers.filter { seen.insert($0).inserted }.map { referrer in
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

  /// Reads the file. An entry that is not understood, or whose document is not there, is left out.
  ///
  /// - Parameter document: the bytes of a document, checked.
  /// - Throws: ``ArchiveFault``; what `document` throws.
  static func read(
    _ bytes: [UInt8], document: (Descriptor) throws -> [UInt8]?
  ) throws -> [ArchivedReferrer] {
    guard case .index(let index)? = try? ManifestDocument(parsing: bytes, contentType: .ociIndex) else {
      throw ArchiveFault.unreadableIndex
    }
    return try index.manifests.compactMap { entry in
      guard let text = entry.annotations[subjectKey], let subject = try? Digest(parsing: text),
        entry.mediaType.isIndex || entry.mediaType.isImageManifest, let bytes = try document(entry)
      else { return nil }
      return ArchivedReferrer(
        document: .init(descriptor: entry, bytes: bytes), subject: subject, tag: entry.annotations[tagKey])
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
