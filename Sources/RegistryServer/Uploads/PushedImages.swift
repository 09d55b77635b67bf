import FileAccess
import HTTPTypes
import ImageArchive
import ImageModel
import RegistryClient
import Synchronization

/// The images of a layout that clients push to. `index.json` is what counts: a restart finds what was there before.
///
/// An untagged manifest has an entry too, under its repository and digest, unless an index of the repository leads to it. What
/// changes the layout waits for the disk, and belongs on a thread that may.
package final class PushedImages: ChangingImages {
  package let store: LayoutStore
  private let state = Mutex(PushedCatalog())
  /// Held through each change.
  private let changes = Mutex(())
  /// What is to be added by the next one.
  private let waiting = Mutex<[Addition]>([])
  /// What is served beside these.
  private let elsewhere: @Sendable () -> ServedContents

  /// - Throws: `ArchiveError` where `index.json` cannot be read.
  package init(
    _ store: LayoutStore, elsewhere: @escaping @Sendable () -> ServedContents = { ServedContents() }
  ) throws(ArchiveError) {
    self.store = store
    self.elsewhere = elsewhere
    load(try store.readIndex())
  }

  private var catalog: PushedCatalog { state.withLock { $0 } }

  package var repositories: [String] { catalog.repositories.keys.sorted() }

  package func tags(of repository: String) -> [String] {
    (state.withLock { $0.repositories[repository]?.tags.keys.map(\.self) } ?? []).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  package func manifest(_ reference: String, in repository: String) -> Descriptor? {
    state.withLock { state in
      guard let repository = state.repositories[repository] else { return nil }
      guard let digest = try? Digest(parsing: reference) else { return repository.tags[reference] }
      return repository.manifests[digest]
    }
  }

  package func referrers(of subject: Digest, in repository: String) -> [Descriptor] {
    state.withLock { state in
      guard let repository = state.repositories[repository] else { return [] }
      let list = repository.tags[ReferrerTag.schema(subject)].flatMap { state.documents[$0.digest]?.manifests } ?? []
      return (repository.referrers[subject] ?? []) + list.filter { repository.manifests[$0.digest] != nil }
    }
  }

  package func content(of digest: Digest) -> StoredContent? { store.content(of: digest) }

  /// Whether a blob is in the layout; one that is served from elsewhere is copied into it first.
  func holds(_ digest: Digest, uploads: LayoutUploads) throws -> Bool {
    try size(of: digest, uploads: uploads) != nil
  }

  /// The same for a blob that stands in some file.
  func holds(_ digest: Digest, or content: StoredContent, uploads: LayoutUploads) throws -> Bool {
    if store.content(of: digest)?.size == content.size { return true }
    return try uploads.copy(content, as: digest)
  }

  private func size(of digest: Digest, uploads: LayoutUploads) throws -> Int64? {
    if let content = store.content(of: digest) { return content.size }
    guard let content = elsewhere().blobs[digest]?.content else { return nil }
    return try uploads.copy(content, as: digest) ? content.size : nil
  }

  private func load(_ index: LayoutIndex) {
    let catalog = PushedCatalog(index, after: catalog) { [store] descriptor in
      guard let content = store.content(of: descriptor.digest), content.size == descriptor.size,
        let bytes = try? content.bytes(limit: DocumentLimits.standard.manifestBytes),
        let document = try? ManifestDocument(parsing: bytes, contentType: descriptor.mediaType)
      else { return nil }
      return PushedCatalog.Document(descriptor, document)
    }
    state.withLock { $0 = catalog }
  }
}

// MARK: Changes

extension PushedImages {
  /// Adds a manifest whose digest is known to be right.
  ///
  /// - Parameter keepsTags: a tag of another manifest is refused.
  /// - Returns: the manifest that it is about.
  /// - Throws: ``DistributionRefusal``; `ArchiveError`; `FileError`.
  func add(_ pushed: PushedManifest, uploads: LayoutUploads, keepsTags: Bool) throws -> Digest? {
    if keepsTags { try checkTags(of: pushed) }
    let document = PushedCatalog.Document(pushed.descriptor, pushed.content)
    // What is copied from elsewhere may take a while.
    try checkParts(of: pushed.content) { try size(of: $0, uploads: uploads) }
    let wasThere = try !store.add(document: pushed.bytes, pushed.descriptor)
    let addition = Addition(pushed, document, keepsTags: keepsTags, wasThere: wasThere)
    waiting.withLock { $0.append(addition) }
    changes.withLock { _ in
      // Whoever had the turn before may have done it along with theirs: the disk is waited for once.
      while addition.outcome.withLock({ $0 == nil }) { commit(nextAdditions()) }
    }
    if case .failure(let error)? = addition.outcome.withLock({ $0 }) { throw error }
    return document.subject
  }

  /// Those that wait, up to the first that says something else of a tag than one before it.
  private func nextAdditions() -> [Addition] {
    waiting.withLock { waiting in
      var names: Set<String> = []
      let next = Array(
        waiting.prefix { addition in
          defer { names.formUnion(addition.names) }
          return names.isDisjoint(with: addition.names)
        })
      waiting.removeFirst(next.count)
      return next
    }
  }

  /// Adds these, and tells each what came of it.
  private func commit(_ additions: [Addition]) {
    var accepted: [Addition] = []
    for addition in additions {
      do {
        let pushed = addition.pushed
        if addition.keepsTags { try checkTags(of: pushed) }
        try checkParts(of: pushed.content) { store.content(of: $0)?.size }
        // It may have been deleted since.
        try store.add(document: pushed.bytes, pushed.descriptor)
        accepted.append(addition)
      } catch { addition.end(.failure(error)) }
    }
    guard !accepted.isEmpty else { return }
    do {
      // Whoever wrote a document that was there may not have got to the end of that yet.
      let found = Set(accepted.filter(\.wasThere).map(\.pushed.descriptor.digest.algorithm))
      for algorithm in found { try store.synchronizeBlobs(algorithm) }
      let before = catalog
      var refused: [Addition] = []
      let index = try store.changeIndex { index in
        for addition in accepted where !add(addition, to: &index, before) { refused.append(addition) }
      }
      load(index)
      for addition in refused {
        addition.end(
          .failure(
            DistributionRefusal(
              .denied, .insufficientStorage, "the layout has as many entries as it may have")))
      }
      for addition in accepted { addition.end(.success(())) }
    } catch {
      for addition in accepted { addition.end(.failure(error)) }
    }
  }

  /// - Returns: false where the index has no room for it.
  private func add(_ addition: Addition, to index: inout LayoutIndex, _ before: PushedCatalog) -> Bool {
    let (pushed, document) = (addition.pushed, addition.document)
    guard index.count + pushed.tags.count + 1 < DocumentLimits.standard.indexEntries else { return false }
    let name = pushed.repository
    let key = name.qualifiedRepository
    let annotations = document.subject.map { [ReferrerPlace.subjectKey: "\($0)"] } ?? [:]
    for tag in pushed.tags {
      // The one that had the tag stays, by its digest.
      if let former = before.repositories[key]?.tags[tag], former.digest != pushed.descriptor.digest {
        keep(former, name, in: &index, before)
      }
      guard let tagged = try? name.with(digest: nil).with(tag: tag) else { continue }
      index.put(pushed.descriptor, name: tagged, annotations: annotations)
    }
    if pushed.tags.isEmpty, before.repositories[key]?.manifests[pushed.descriptor.digest] == nil {
      index.put(pushed.descriptor, name: name.with(digest: pushed.descriptor.digest), annotations: annotations)
    }
    // What it leads to needs no entries of its own any more.
    let children = Set(document.manifests.map(\.digest))
    guard !children.isEmpty else { return true }
    index.remove { digest, annotations in
      guard let digest = digest.flatMap({ try? Digest(parsing: $0) }), children.contains(digest),
        let entry = PushedCatalog.name(in: annotations)
      else { return false }
      return entry.qualifiedRepository == key && entry.tag == nil
    }
    return true
  }

  private func checkTags(of pushed: PushedManifest) throws(DistributionRefusal) {
    let name = pushed.repository.qualifiedRepository
    for tag in pushed.tags {
      let served = { [elsewhere] in elsewhere().repositories[name]?.tags[tag] }
      guard let digest = manifest(tag, in: name)?.digest ?? served(), digest != pushed.descriptor.digest
      else { continue }
      throw DistributionRefusal(
        // Clients look for the word.
        .denied, .conflict, "tags are immutable here, and \(pushed.repository.familiarRepository):\(tag) is \(digest)",
        detail: ["tag": tag, "digest": "\(digest)"])
    }
  }

  private func checkParts(of content: ManifestDocument, size: (Digest) throws -> Int64?) throws {
    let parts: [Descriptor] =
      switch content {
      case .manifest(let manifest): [manifest.config] + manifest.layers
      case .index(let index): index.manifests
      }
    for part in parts where !(part.mediaType.isForeignLayer && !part.urls.isEmpty) {
      guard let size = try size(part.digest) else {
        throw DistributionRefusal(.manifestBlobUnknown, .notFound, "\(part.digest) was not pushed before its manifest")
      }
      guard size == part.size else {
        throw DistributionRefusal(
          .sizeInvalid, .badRequest, "\(part.digest) has \(size) bytes, and the manifest says \(part.size)")
      }
    }
  }

  /// Gives a manifest that loses its name an entry under its digest, where nothing but `parent` leads to it.
  private func keep(
    _ manifest: Descriptor, _ name: ImageReference, in index: inout LayoutIndex, _ before: PushedCatalog,
    without parent: Digest? = nil
  ) {
    let isNamed = index.descriptors.contains { entry in
      guard entry.digest == manifest.digest, let other = PushedCatalog.name(of: entry) else { return false }
      return other.qualifiedRepository == name.qualifiedRepository && other.tag == nil
    }
    guard !isNamed, !before.isPart(manifest.digest, of: name.qualifiedRepository, without: parent) else { return }
    let subject = before.documents[manifest.digest]?.subject
    index.put(
      manifest, name: name.with(digest: manifest.digest),
      annotations: subject.map { [ReferrerPlace.subjectKey: "\($0)"] } ?? [:])
  }

  /// Removes a tag; its manifest stays, by its digest.
  ///
  /// - Throws: ``DistributionRefusal``; `ArchiveError`.
  func removeTag(_ tag: String, of name: ImageReference) throws {
    try changes.withLock { _ in
      let key = name.qualifiedRepository
      let before = catalog
      guard let manifest = before.repositories[key]?.tags[tag] else {
        throw DistributionRefusal(.manifestUnknown, .notFound, "\(name.familiarRepository) has no tag \(tag)")
      }
      let index = try store.changeIndex { index in
        index.remove { _, annotations in
          guard let entry = PushedCatalog.name(in: annotations) else { return false }
          return entry.qualifiedRepository == key && entry.tag == tag
        }
        keep(manifest, name, in: &index, before)
      }
      load(index)
    }
  }

  /// Removes a manifest with all its tags. What an index led to stays, by digest.
  ///
  /// - Throws: ``DistributionRefusal``; `ArchiveError`; `FileError`.
  func removeManifest(_ digest: Digest, of name: ImageReference) throws {
    try changes.withLock { _ in
      let key = name.qualifiedRepository
      let before = catalog
      guard before.repositories[key]?.manifests[digest] != nil else {
        throw DistributionRefusal(.manifestUnknown, .notFound, "\(name.familiarRepository) has no \(digest)")
      }
      guard !before.isPart(digest, of: key) else {
        throw DistributionRefusal(
          .unsupported, .methodNotAllowed, "an index leads to \(digest): delete the index first")
      }
      let index = try store.changeIndex { index in
        index.remove { entry, annotations in
          entry == "\(digest)" && PushedCatalog.name(in: annotations)?.qualifiedRepository == key
        }
        for child in before.documents[digest]?.manifests ?? [] {
          guard let kept = before.repositories[key]?.manifests[child.digest] else { continue }
          keep(kept, name, in: &index, before, without: digest)
        }
      }
      load(index)
      // Another repository, or an entry of another program, may need its bytes.
      if !catalog.needs(digest), !index.descriptors.contains(where: { $0.digest == digest }) {
        try store.remove(digest)
      }
    }
  }

  /// Removes a blob that no manifest needs.
  ///
  /// - Throws: ``DistributionRefusal``; `FileError`.
  func removeBlob(_ digest: Digest) throws {
    try changes.withLock { _ in
      guard store.content(of: digest) != nil else {
        throw DistributionRefusal(.blobUnknown, .notFound, "there is no \(digest)")
      }
      guard !catalog.needs(digest) else {
        throw DistributionRefusal(.denied, .methodNotAllowed, "an image needs \(digest): delete the image first")
      }
      try store.remove(digest)
    }
  }
}

/// A manifest that is to get its entries in `index.json`, along with others.
private final class Addition: Sendable {
  let pushed: PushedManifest
  let document: PushedCatalog.Document
  let keepsTags: Bool
  /// Its document had been written by another before.
  let wasThere: Bool
  /// Nil while it waits.
  let outcome = Mutex<Result<Void, any Error>?>(nil)

  init(_ pushed: PushedManifest, _ document: PushedCatalog.Document, keepsTags: Bool, wasThere: Bool) {
    (self.pushed, self.document, self.keepsTags, self.wasThere) = (pushed, document, keepsTags, wasThere)
  }

  /// The tags in full.
  var names: Set<String> { Set(pushed.tags.map { "\(pushed.repository.qualifiedRepository):\($0)" }) }

  /// What came of it first counts.
  func end(_ result: Result<Void, any Error>) {
    outcome.withLock { $0 = $0 ?? result }
  }
}
