import ImageArchive
import ImageModel
import NIOCore
import SystemPackage

/// Makes ``ServedContents`` of archives, in the order in which their tags count.
struct ContentsBuilder {
  private var contents = ServedContents()
  private(set) var notices: [ContentsNotice] = []
  private var awaited: [FilePath: Set<FilePath>] = [:]
  /// Which archive gave a tag first.
  private var tagPlaces: [String: FilePath] = [:]
  private var parsed: [Digest: ManifestDocument] = [:]
  /// What folders gave before, by their paths.
  private var served: [FilePath: [Digest: StoredBlob]] = [:]
  private var rewritten: [FilePath: Set<FilePath>] = [:]

  /// What was built, and what there is to know of it.
  struct Outcome: Sendable {
    let contents: ServedContents
    /// What there is to say.
    let notices: [ContentsNotice]
    /// The files that each folder lacks, by its path.
    let awaited: [FilePath: Set<FilePath>]
    /// What folders give, and gave before, by their paths.
    let served: [FilePath: [Digest: StoredBlob]]
    /// The blobs of a folder that were written to since they were given, by its path.
    let rewritten: [FilePath: Set<FilePath>]
  }

  /// What the archives hold that can be served: an image is whole when each of its blobs is in one of them.
  ///
  /// - Parameters:
  ///   - pending: those of them whose manifests are being made.
  ///   - unchecked: others, of which nothing is served before all of them was read.
  ///   - served: what folders gave before, by their paths.
  static func build(
    _ archives: [StoredArchive], pending: [StoredArchive] = [], unchecked: [StoredArchive] = [],
    served: [FilePath: [Digest: StoredBlob]] = [:]
  ) -> Outcome {
    var builder = ContentsBuilder()
    builder.served = served
    let waiting = pending.flatMap(\.images).filter { $0.document == nil } + unchecked.flatMap(\.images)
    builder.contents.pending = Set(waiting.flatMap(\.names).map(\.qualifiedRepository))
    for archive in archives { builder.findBlobs(of: archive) }
    for archive in archives { builder.name(archive) }
    for archive in archives { builder.awaited[archive.path, default: []].formUnion(archive.unfinishedFiles) }
    builder.finish()
    return Outcome(
      contents: builder.contents, notices: builder.notices, awaited: builder.awaited, served: builder.served,
      rewritten: builder.rewritten)
  }

  // MARK: Blobs

  private mutating func findBlobs(of archive: StoredArchive) {
    for entry in archive.namedDocuments { findBlobs(under: entry.document, in: archive) }
    for referrer in archive.referrers { findBlobs(under: referrer.document, in: archive) }
  }

  private mutating func findBlobs(under document: ImageDocument, in archive: StoredArchive) {
    switch content(of: document) {
    case .manifest(let manifest)?:
      for blob in [manifest.config] + manifest.layers where contents.blobs[blob.digest] == nil {
        guard let found = archive.blob(blob.digest, size: blob.size) else { continue }
        contents.blobs[blob.digest] = found
        if archive.isFolder { note(found, of: archive.path) }
      }
    case .index(let index)?:
      for child in children(of: index, in: archive) { findBlobs(under: child, in: archive) }
    case nil: break
    }
  }

  /// Each blob of a folder is a file of its own, whose changes the folder's documents do not tell.
  private mutating func note(_ blob: StoredBlob, of folder: FilePath) {
    if let former = served[folder]?[blob.digest], blob.content.isRewritten(since: former.content) {
      rewritten[folder, default: []].insert(blob.path)
    }
    served[folder, default: [:]][blob.digest] = blob
  }

  private mutating func content(of document: ImageDocument) -> ManifestDocument? {
    if let known = parsed[document.descriptor.digest] { return known }
    let content = document.parsed
    parsed[document.descriptor.digest] = content
    return content
  }

  private mutating func children(of index: Index, in archive: StoredArchive) -> [ImageDocument] {
    index.manifests.compactMap { entry in
      if let known = archive.document(of: entry.digest) { return known }
      guard entry.mediaType.isIndex || entry.mediaType.isImageManifest else { return nil }
      if let found = (try? archive.document(entry)) ?? nil { return found }
      // Most layouts hold some platforms of an index: one look at the folder tells whether others have come.
      expect(archive.file(of: entry.digest)?.removingLastComponent(), in: archive)
      return nil
    }
  }

  private mutating func expect(_ path: FilePath?, in archive: StoredArchive) {
    if let path { awaited[archive.path, default: []].insert(path) }
  }

  // MARK: Names

  /// What one document and everything below it consist of.
  private struct Tree {
    var documents: [ImageDocument] = []
    var blobs: Set<Digest> = []
    var missing: Set<Digest> = []
    /// Manifests of images for a platform, attestations left out.
    var images: [ImageDocument] = []
  }

  private mutating func name(_ archive: StoredArchive) {
    var repositories: Set<String> = []
    for entry in archive.namedDocuments {
      guard let name = entry.name else {
        notices.append(.nameless(archive.path, entry.document.descriptor.digest))
        continue
      }
      if add(entry.document, as: name, of: archive) { repositories.insert(name.qualifiedRepository) }
    }
    if !archive.referrers.isEmpty { for key in repositories { addReferrers(of: archive, to: key) } }
  }

  /// Hands the repository of this name to `body` alone: a copy for each of many tags would take long.
  private mutating func change(
    _ key: String, _ body: (inout ContentsBuilder, inout ServedContents.Repository) -> Void
  ) {
    var repository = contents.repositories.removeValue(forKey: key) ?? ServedContents.Repository()
    body(&self, &repository)
    contents.repositories[key] = repository
  }

  /// - Returns: whether it is whole.
  private mutating func add(_ root: ImageDocument, as name: ImageReference, of archive: StoredArchive) -> Bool {
    let tree = tree(of: root, in: archive)
    guard tree.missing.isEmpty, !tree.documents.isEmpty else {
      let bases = archive.delta?.bases ?? []
      notices.append(
        .incomplete(archive.path, name: name.familiarName, missing: tree.missing.count, bases: bases))
      return false
    }
    let key = name.qualifiedRepository
    change(key) { builder, repository in
      for document in tree.documents { builder.keep(document, in: &repository) }
      repository.blobs.formUnion(tree.blobs)
      guard let tag = name.tag else { return }
      let digest = builder.tagged(root, tree).descriptor.digest
      let known = repository.tags[tag]
      if known == nil {
        repository.tags[tag] = digest
        builder.tagPlaces["\(key):\(tag)"] = archive.path
      } else if known != digest {
        builder.notices.append(
          .tagTaken(archive.path, name: name.familiarName, by: builder.tagPlaces["\(key):\(tag)"] ?? archive.path))
      }
    }
    return true
  }

  /// What a tag stands for: where an index has only one of its platforms in the archive, that one, since a client would
  /// choose among all.
  private func tagged(_ root: ImageDocument, _ tree: Tree) -> ImageDocument {
    guard case .index(let index)? = parsed[root.descriptor.digest], tree.images.count == 1 else { return root }
    let listed = index.manifests.filter { $0.mediaType.isImageManifest && !$0.isOtherThanImage }
    return listed.count > 1 ? tree.images[0] : root
  }

  /// - Returns: an image of an index that lacks blobs is left out; where nothing is left, all that is missing is told.
  private mutating func tree(of document: ImageDocument, in archive: StoredArchive) -> Tree {
    var tree = Tree()
    switch content(of: document) {
    case .manifest(let manifest)?:
      for blob in [manifest.config] + manifest.layers {
        if contents.blobs[blob.digest] != nil {
          tree.blobs.insert(blob.digest)
        } else if !blob.mediaType.isForeignLayer {
          tree.missing.insert(blob.digest)
          expect(archive.file(of: blob.digest), in: archive)
        }
      }
      guard tree.missing.isEmpty else { return tree }
      tree.documents = [document]
      if manifest.artifactKind == nil, !document.descriptor.isOtherThanImage { tree.images = [document] }
    case .index(let index)?:
      var missing: Set<Digest> = []
      for child in children(of: index, in: archive) {
        let part = self.tree(of: child, in: archive)
        missing.formUnion(part.missing)
        guard part.missing.isEmpty else { continue }
        tree.documents += part.documents
        tree.blobs.formUnion(part.blobs)
        tree.images += part.images
      }
      if tree.images.isEmpty, !missing.isEmpty { tree.missing = missing }
      tree.documents.append(document)
    case nil: break
    }
    return tree
  }

  private mutating func keep(_ document: ImageDocument, in repository: inout ServedContents.Repository) {
    let digest = document.descriptor.digest
    repository.documents.insert(digest)
    if contents.documents[digest] == nil {
      let type: MediaType =
        switch content(of: document) {
        case .manifest(let manifest)?: manifest.mediaType
        case .index(let index)?: index.mediaType
        case nil: document.descriptor.mediaType
        }
      contents.documents[digest] = ServedContents.Document(
        descriptor: Descriptor(mediaType: type, digest: digest, size: Int64(document.bytes.count)),
        bytes: ByteBuffer(bytes: document.bytes))
    }
    let subject: Descriptor? =
      switch content(of: document) {
      case .manifest(let manifest)?: manifest.subject
      case .index(let index)?: index.subject
      case nil: nil
      }
    if let subject { list(document, about: subject.digest, in: &repository) }
  }

  // MARK: Referrers

  private mutating func addReferrers(of archive: StoredArchive, to key: String) {
    change(key) { builder, repository in builder.addReferrers(of: archive, in: &repository) }
  }

  private mutating func addReferrers(of archive: StoredArchive, in repository: inout ServedContents.Repository) {
    // What a referrer is about may be a referrer itself.
    var isNew = true
    var added: Set<Digest> = []
    while isNew {
      isNew = false
      for referrer in archive.referrers where !added.contains(referrer.document.descriptor.digest) {
        // It may be about the index of a tag, which is not in the archive.
        let isAbout = repository.documents.contains(referrer.subject) || archive.document(of: referrer.subject) == nil
        guard isAbout else { continue }
        let tree = tree(of: referrer.document, in: archive)
        guard tree.missing.isEmpty else { continue }
        isNew = true
        added.insert(referrer.document.descriptor.digest)
        for document in tree.documents { keep(document, in: &repository) }
        repository.blobs.formUnion(tree.blobs)
        list(referrer.document, about: referrer.subject, in: &repository)
        if let tag = referrer.tag, repository.tags[tag] == nil {
          repository.tags[tag] = referrer.document.descriptor.digest
        }
      }
    }
  }

  /// Notes that a document is about another one, with what a list of referrers tells of it (distribution-spec, "Listing
  /// Referrers").
  private mutating func list(
    _ document: ImageDocument, about subject: Digest, in repository: inout ServedContents.Repository
  ) {
    let digest = document.descriptor.digest
    guard repository.referrers[subject]?.contains(where: { $0.digest == digest }) != true else { return }
    var descriptor = Descriptor(
      mediaType: document.descriptor.mediaType, digest: digest, size: Int64(document.bytes.count))
    switch content(of: document) {
    case .manifest(let manifest)?:
      descriptor.mediaType = manifest.mediaType
      descriptor.artifactType = manifest.artifactType ?? manifest.config.mediaType
      descriptor.annotations = manifest.annotations
    case .index(let index)?:
      descriptor.mediaType = index.mediaType
      descriptor.artifactType = index.artifactType
      descriptor.annotations = index.annotations
    case nil: descriptor.artifactType = document.descriptor.artifactType
    }
    repository.referrers[subject, default: []].append(descriptor)
  }

  // MARK: End

  private mutating func finish() {
    for key in contents.repositories.keys {
      guard let slash = key.firstIndex(of: "/") else { continue }
      contents.registries[String(key[key.index(after: slash)...]), default: []].append(key)
    }
  }
}
