import ImageModel

/// A manifest as a client sends it, parsed and with its digest proven.
struct PushedManifest: Sendable {
  /// The repository, without tag and digest.
  let repository: ImageReference
  let tags: [String]
  let descriptor: Descriptor
  let bytes: [UInt8]
  let content: ManifestDocument

  /// - Parameters:
  ///   - reference: a tag or a digest, as the path has it.
  ///   - tags: further ones, from the query.
  /// - Throws: ``DistributionRefusal``.
  init(
    _ bytes: [UInt8], type: MediaType?, repository: ImageReference, reference: String, tags: [String]
  ) throws(DistributionRefusal) {
    self.bytes = bytes
    self.repository = repository
    do { content = try ManifestDocument(parsing: bytes, contentType: type) } catch {
      throw DistributionRefusal(.manifestInvalid, .badRequest, error.sentence.onOneLine)
    }
    var tags = tags
    var algorithm = Digest.Algorithm.sha256
    var expected: Digest?
    if reference.contains(":") {
      guard let digest = try? Digest(parsing: reference) else {
        throw DistributionRefusal(.digestInvalid, .badRequest, "this is no sha256 or sha512 digest")
      }
      (algorithm, expected) = (digest.algorithm, digest)
    } else {
      tags.insert(reference, at: 0)
    }
    let digest = Digest.hash(bytes, algorithm: algorithm)
    guard expected == nil || digest == expected else {
      throw DistributionRefusal(.digestInvalid, .badRequest, "the manifest that came has the digest \(digest)")
    }
    for tag in tags where (try? repository.with(tag: tag)) == nil {
      throw DistributionRefusal(.manifestInvalid, .badRequest, "a tag holds up to 128 letters, digits, dots, - and _")
    }
    self.tags = tags
    descriptor = Descriptor(mediaType: content.mediaType, digest: digest, size: Int64(bytes.count))
  }
}

extension String {
  /// What may hold text from outside, for the one line of a message.
  var onOneLine: String {
    String(unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? " " : Character($0) })
  }
}

/// The repository that a path of the API names, under its full name.
enum PushedName {
  /// `?ns=` says the registry, or else the path begins with one; else it is Docker Hub's.
  ///
  /// - Throws: ``DistributionRefusal``.
  static func repository(_ path: String, namespace: String?) throws(DistributionRefusal) -> ImageReference {
    let text = namespace.map { "\($0)/\(path)" } ?? path
    let isBare = !(path.split(separator: "/").last ?? "").contains { $0 == ":" || $0 == "@" }
    // Names of the API are in small letters; elsewhere capitals tell a registry.
    let hasCapitals = path.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard isBare, !hasCapitals, let parsed = try? ImageReference(parsing: text),
      let name = try? ImageReference(registry: parsed.registry, repository: parsed.repository)
    else { throw DistributionRefusal(.nameInvalid, .badRequest, "this is no name of a repository") }
    return name
  }
}
