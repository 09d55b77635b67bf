import ImageModel

/// An image, taken apart: what it consists of for each of its platforms, and what came along with it.
///
/// ``archived`` puts the parts together in the order of a pull: what is taken out of an archive and written anew has the
/// bytes that a direct pull would have written.
package struct ImageParts: Sendable {
  /// The image for one platform.
  package struct Member: Sendable {
    package var document: ImageDocument
    package var manifest: Manifest

    package init(document: ImageDocument, manifest: Manifest) {
      self.document = document
      self.manifest = manifest
    }

    var blobs: [Descriptor] { [manifest.config] + manifest.layers }
  }

  /// A document of an index that is no image: an attestation with its blobs, or an index within the index, without any.
  package struct Attachment: Sendable {
    package var document: ImageDocument
    package let blobs: [Descriptor]

    package init(document: ImageDocument, blobs: [Descriptor]) {
      self.document = document
      self.blobs = blobs
    }
  }

  /// A signature or the like, with the manifests that it names where it is an index of several.
  package struct Referrer: Sendable {
    package let referrer: ArchivedReferrer
    package let documents: [ImageDocument]
    package let blobs: [Descriptor]

    package init(referrer: ArchivedReferrer, documents: [ImageDocument], blobs: [Descriptor]) {
      self.referrer = referrer
      self.documents = documents
      self.blobs = blobs
    }
  }

  package var names: [ImageReference]
  /// Annotations of its entry in `index.json`, beside those that hold a name.
  package var annotations: [String: String]
  /// The index that `index.json` names; nil where it names the manifest itself.
  package var index: ImageDocument?
  /// The images for its platforms: the one that `manifest.json` describes, then the others.
  package var platforms: [Member]
  package var attachments: [Attachment] = []
  package var referrers: [Referrer] = []
  /// Indexes that are no part of the image and that a referrer is about: the one that the tag stands for.
  package var subjects: [ImageDocument] = []
  /// Whether it is no image, such as a Helm chart; ``platforms`` has its manifest then.
  package var isArtifact = false

  package init(
    names: [ImageReference], annotations: [String: String], index: ImageDocument?, platforms: [Member]
  ) {
    self.names = names
    self.annotations = annotations
    self.index = index
    self.platforms = platforms
  }

  /// Gives the image other names, and takes away by what it was found in a layout.
  ///
  /// - Throws: `ImageNamingError`.
  package mutating func rename(by names: LoadedNames) throws(ImageNamingError) {
    self.names = try names.names(of: self.names, digest: root?.descriptor.digest)
    annotations[NameAnnotation.tag] = nil
  }

  /// What `index.json` names; nil where there is no platform.
  package var root: ImageDocument? { index ?? platforms.first?.document }

  /// The digests of the index, the manifests and what else belongs to the image itself.
  package var documentDigests: Set<Digest> {
    Set(((index.map { [$0] } ?? []) + platforms.map(\.document) + attachments.map(\.document)).map(\.descriptor.digest))
  }

  /// Nil where there is no platform.
  package var archived: ArchivedImage? {
    guard let shown = platforms.first else { return nil }
    let others = platforms.dropFirst()
    return ArchivedImage(
      names: names, manifest: shown.manifest, document: shown.document, index: index,
      relatedDocuments: others.map(\.document) + attachments.map(\.document) + referrers.flatMap(\.documents)
        + subjects,
      annotations: annotations,
      relatedBlobs: others.flatMap(\.blobs) + attachments.flatMap(\.blobs) + referrers.flatMap(\.blobs),
      referrers: referrers.map(\.referrer), isArtifact: isArtifact)
  }
}

extension [ImageParts.Referrer] {
  /// Those that refer to some documents, and those that refer to these, in their order.
  package func about(_ documents: Set<Digest>) -> Self { indices(about: documents).map { self[$0] } }

  func indices(about documents: Set<Digest>) -> [Int] {
    var known = documents
    while true {
      let count = known.count
      for entry in self where known.contains(entry.referrer.subject) {
        known.insert(entry.referrer.document.descriptor.digest)
      }
      guard known.count > count else { break }
    }
    return indices.filter { known.contains(self[$0].referrer.subject) }
  }
}
