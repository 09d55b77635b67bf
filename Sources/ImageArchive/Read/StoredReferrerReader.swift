import ImageModel

/// Finds out to which images of an archive its signatures and the like belong.
struct StoredReferrerReader {
  let archive: StoredArchive

  /// Each referrer goes to every image that it is about, directly or as a referrer of a referrer; one that is about
  /// nothing of the archive to the first.
  func attach(to images: [StoredParts]) -> [StoredParts] {
    guard !archive.referrers.isEmpty, !images.isEmpty else { return images }
    let referrers = archive.referrers.map(complete)
    let indexes = foreignSubjects(of: images)
    var attached: Set<Int> = []
    var kept: Set<Digest> = []
    var images = images
    for index in images.indices {
      let digests = images[index].parts.documentDigests
      images[index].parts.subjects = indexes.filter { $0.names(digests) }
      kept.formUnion(images[index].parts.subjects.map(\.descriptor.digest))
      let known = digests.union(images[index].parts.subjects.map(\.descriptor.digest))
      let own = referrers.indices(about: known)
      images[index].parts.referrers = own.map { referrers[$0] }
      attached.formUnion(own)
    }
    images[0].parts.subjects += indexes.filter { !kept.contains($0.descriptor.digest) }
    images[0].parts.referrers += referrers.indices.filter { !attached.contains($0) }.map { referrers[$0] }
    return images
  }

  /// Indexes that referrers are about, and that no entry of `index.json` leads to.
  private func foreignSubjects(of images: [StoredParts]) -> [ImageDocument] {
    var seen = images.reduce(into: Set<Digest>()) { $0.formUnion($1.parts.documentDigests) }
    seen.formUnion(archive.referrers.map(\.document.descriptor.digest))
    return archive.referrers.map(\.subject).filter { seen.insert($0).inserted }.compactMap { digest in
      guard let bytes = try? archive.files.document(ArchiveDocuments.path(of: digest)),
        Digest.hash(bytes, algorithm: digest.algorithm) == digest,
        case .index(let index)? = try? ManifestDocument(parsing: bytes, contentType: nil)
      else { return nil }
      return .init(
        descriptor: Descriptor(mediaType: index.mediaType, digest: digest, size: Int64(bytes.count)), bytes: bytes)
    }
  }

  /// A referrer with what it consists of. One that is an index names manifests of its own.
  private func complete(_ referrer: ArchivedReferrer) -> ImageParts.Referrer {
    switch referrer.document.parsed {
    case .manifest(let manifest)?:
      return .init(referrer: referrer, documents: [], blobs: [manifest.config] + manifest.layers)
    case .index(let index)?:
      var documents: [ImageDocument] = []
      var blobs: [Descriptor] = []
      for entry in index.manifests {
        guard let bytes = (try? archive.files.document(entry)) ?? nil else { continue }
        let document = ImageDocument(descriptor: entry, bytes: bytes)
        guard case .manifest(let manifest)? = document.parsed else { continue }
        documents.append(document)
        blobs += [manifest.config] + manifest.layers
      }
      return .init(referrer: referrer, documents: documents, blobs: blobs)
    case nil: return .init(referrer: referrer, documents: [], blobs: [])
    }
  }
}

extension ImageDocument {
  /// Whether it is an index that names one of these documents.
  fileprivate func names(_ digests: Set<Digest>) -> Bool {
    guard case .index(let index)? = parsed else { return false }
    return index.manifests.contains { digests.contains($0.digest) }
  }
}
