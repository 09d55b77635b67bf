import ImageArchive
import ImageModel
import ImageStores

/// Which images of an archive are copied, and under which names; what else stands for itself there, such as a Helm chart, counts
/// as one.
struct ArchiveChoice: Sendable {
  private(set) var images: [ChosenImage] = []
  /// What refers to something that is not copied.
  private(set) var referrersLeftOut = 0

  private let archive: StoredArchive
  private let contents: [ImageParts]
  private let choice: CopyChoice
  private var path: String { archive.path.string }

  /// - Throws: ``PushError``; `ImageNamingError`; `ArchiveError`.
  init(_ archive: StoredArchive, _ choice: CopyChoice) throws {
    self.archive = archive
    self.choice = choice
    contents = archive.storedContents.map(\.parts)
    guard !contents.isEmpty else { throw PushError.noImage(path: path) }
    if case .one(let reference) = choice.names {
      let image = try onlyImage()
      try add(image, as: [(image.names.first?.description ?? path, reference)])
      return
    }
    for image in try chosen() {
      let names = image.names.filter { $0.tag != nil || choice.names.takeDigests }
      guard !names.isEmpty else {
        throw PushError.nameless(image.root?.descriptor.digest ?? .hash([]), path: path)
      }
      let digest = try root(of: image)?.digest
      try add(
        image,
        as: try names.map { name in
          (name.description, try choice.names.name(of: name, digest: digest, platform: choice.platform))
        })
    }
  }

  private func chosen() throws -> [ImageParts] {
    guard let name = choice.image else { return contents }
    let artifacts = contents.filter { $0.isArtifact && $0.isCalled(name) }
    if !artifacts.isEmpty { return artifacts }
    let root = try archive.images(named: name).first?.root?.descriptor.digest
    return contents.filter { $0.root?.descriptor.digest == root }
  }

  /// Beside an image an artifact does not count: it may be the image's signature under a tag of its own.
  private func onlyImage() throws -> ImageParts {
    var chosen = try chosen()
    if chosen.contains(where: { !$0.isArtifact }) { chosen.removeAll(where: \.isArtifact) }
    let roots = Set(chosen.compactMap { $0.root?.descriptor.digest })
    guard roots.count == 1 else {
      throw PushError.severalImages(path: path, names: labels)
    }
    return chosen[0]
  }

  private var labels: [String] {
    archive.groups.map { $0[0].label } + contents.filter(\.isArtifact).compactMap(\.label)
  }

  private mutating func add(
    _ parts: ImageParts, as names: [(former: String, reference: ImageReference)]
  ) throws {
    guard let root = try root(of: parts) else { throw PushError.noImage(path: path) }
    let isWhole = root.digest == parts.root?.descriptor.digest
    let referrers = parts.referrers.about(isWhole ? parts.documentDigests : [root.digest])
    referrersLeftOut += parts.referrers.count - referrers.count
    let store = ArchiveStore(archive)
    let copied = referrers.map { CopyPlan.Referrer($0) }
    let found: CopySource.FindReferrers? = if copied.isEmpty { nil } else { { _ in copied } }
    for (former, reference) in names {
      if let digest = reference.digest, digest != root.digest {
        throw PushError.otherDigest(wanted: digest, found: root.digest)
      }
      images.append(
        ChosenImage(
          reference: reference, former: former,
          source: CopySource(
            store, root: root.digest, repository: reference.repository, tag: reference.pushTag,
            siblings: siblings(of: parts, reference), bases: archive.delta?.bases ?? [],
            hasDocumentsAtHand: true, document: { try await store.document(root) },
            referrers: found),
          holder: .archive(archive), annotations: choice.names.keeps(parts.annotations)))
    }
  }

  private func root(of parts: ImageParts) throws -> Descriptor? {
    guard let platform = choice.platform, parts.index != nil, let whole = parts.root?.descriptor.digest else {
      return parts.root?.descriptor
    }
    let image = try archive.image(named: whole.description, platform: platform)
    return image.document.map(\.descriptor)
  }

  /// Where the registry may have the blobs already: under the names that the archive has, and what a delta builds on.
  private func siblings(of parts: ImageParts, _ target: ImageReference) -> [String] {
    let bases = (archive.delta?.bases ?? []).compactMap { try? ImageReference(parsing: $0) }
    var siblings: [String] = []
    for name in bases + parts.names where name.registry == target.registry && name.repository != target.repository {
      if !siblings.contains(name.repository) { siblings.append(name.repository) }
    }
    return siblings
  }
}

extension ImageParts {
  /// What it is called where contents are listed.
  fileprivate var label: String? {
    names.first?.description ?? annotations[NameAnnotation.tag] ?? root.map { "\($0.descriptor.digest)" }
  }

  /// Whether a name, as it was typed, is one of it.
  fileprivate func isCalled(_ text: String) -> Bool {
    if text == annotations[NameAnnotation.tag] || text == root.map({ "\($0.descriptor.digest)" }) { return true }
    guard let wanted = try? ImageReference(parsing: text) else { return false }
    return names.contains { $0.qualifiedName == wanted.qualifiedName }
  }
}

extension CopyPlan.Referrer {
  fileprivate init(_ referrer: ImageParts.Referrer) {
    let own = referrer.referrer.document
    let others = referrer.documents.filter { $0.descriptor.digest != own.descriptor.digest }
    self.init(documents: others + [own], subject: referrer.referrer.subject, tag: referrer.referrer.tag)
  }
}

extension ImageReference {
  /// The tag that it gets: what is named by a digest alone gets none.
  var pushTag: String? { tag ?? (digest == nil ? "latest" : nil) }

  /// The same name below a path of another registry: without its registry, and without Docker Hub's `library/`.
  package func moved(below path: String, of registry: RegistryName) throws(ImageNamingError) -> ImageReference {
    try ImageNaming().name(of: ImageNaming.Subject(self), below: registry, path: path)
  }
}

extension CopyChoice.Names {
  /// Whether what has no tag can be called by its digest.
  fileprivate var takeDigests: Bool {
    if case .own = self { true } else { false }
  }

  /// What stays of an entry's annotations: by what it is found in a layout goes with its name.
  fileprivate func keeps(_ annotations: [String: String]) -> [String: String] {
    if case .own(let naming) = self, naming.isPlain { return annotations }
    return annotations.filter { $0.key != NameAnnotation.tag }
  }
}
