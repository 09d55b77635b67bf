import FoundationEssentials
import ImageModel

/// How an archive is put together: what is wrong with that, and what of its content is to be read. No layer is read.
public struct ArchiveStructure: Sendable {
  public private(set) var findings: [StructureFinding] = []
  /// Every content once, in the order of the archive's blobs; a layer for which configs say several things more often.
  public private(set) var checks: [ContentCheck] = []

  private let archive: StoredArchive
  private var listing = BlobListing()
  /// What is known of a blob from the documents that name it.
  private var known: [String: Set<Known>] = [:]
  /// Names of which reading the archive has said already what is wrong.
  private let faultyNames: Set<String>
  /// The configs that were looked at; nil for what cannot be read.
  private var configChecks: [StoredContent: ConfigCheck?] = [:]
  /// What is read already: several names can lead to one content.
  private var seen: Set<Seen> = []

  /// What is the same image, under several names, is told of once.
  private struct ImageIdentity: Hashable {
    let manifest: Digest?
    /// Where there is only a `manifest.json`, it is these that make the image.
    let members: [String]

    init(_ image: StoredImage) {
      manifest = image.document?.descriptor.digest
      members = manifest == nil ? [image.configName] + image.layers.map(\.memberName) : []
    }
  }

  private struct Known: Hashable {
    var isLayer = false
    var mediaType: MediaType?
    var diffID: Digest?
  }

  /// - Parameter archive: opened to save what is whole.
  /// - Throws: ``ArchiveError`` where the folder of a layout cannot be read.
  public init(of archive: StoredArchive) throws(ArchiveError) {
    self.archive = archive
    faultyNames = Set(archive.faults.compactMap(\.memberName))
    findings = archive.faults.map { .fault($0) }
    do { listing = try archive.files.blobs() } catch let fault as ArchiveFault {
      findings.append(.fault(fault))
    } catch { throw ArchiveError(error, .read, archive.path) }
    checkLayoutMarker()
    findings += archive.files.oddNames.map { .oddName($0) }
    findings += listing.misnamed.map { .misnamedBlob(name: $0) }
    findings += archive.files.repeatedNames.map { .repeated(name: $0) }
    var told: Set<ImageIdentity> = []
    var configs = StoredConfigs(archive)
    for image in archive.images { check(image, isTold: told.insert(ImageIdentity(image)).inserted, &configs) }
    var noted: Set<Digest> = []
    for artifact in archive.artifacts + archive.referrers.map(\.document)
    where noted.insert(artifact.descriptor.digest).inserted { note(artifact) }
    for referrer in archive.referrers {
      for digest in [referrer.document.descriptor.digest, referrer.subject] {
        known[ArchiveDocuments.path(of: digest), default: []].insert(Known())
      }
    }
    for digest in archive.documents.keys { known[ArchiveDocuments.path(of: digest), default: []].insert(Known()) }
    if archive.form == .ociAndDocker { compareForms() }
    checkTags()
    checkSharedNames()
    collect()
  }

  private mutating func checkLayoutMarker() {
    guard archive.form != .docker else { return }
    guard let bytes = try? archive.files.document(MemberName.layout.text) else {
      return faultyNames.contains(MemberName.layout.text) ? () : findings.append(.noLayoutMarker)
    }
    let marker = try? JSONDecoder().decode(LayoutMarker.self, from: Data(bytes))
    guard marker?.imageLayoutVersion == "1.0.0" else { return findings.append(.unreadableLayoutMarker) }
  }

  private struct LayoutMarker: Decodable {
    let imageLayoutVersion: String
  }

  private mutating func check(_ image: StoredImage, isTold: Bool, _ configs: inout StoredConfigs) {
    known[image.configName, default: []].insert(Known())
    var config: ImageConfig?
    if image.config == nil {
      if isTold, !faultyNames.contains(image.configName) {
        findings.append(.missingConfig(image: image.label, name: image.configName))
      }
    } else {
      do { config = try configs.config(of: image)?.content } catch {
        if isTold { note(error, image) }
      }
    }
    let layers = image.layers
    for (index, layer) in layers.enumerated() {
      let diffID = config.flatMap { $0.diffIDs.count == layers.count ? $0.diffIDs[index] : nil }
      known[layer.memberName, default: []].insert(
        Known(isLayer: true, mediaType: layer.descriptor?.mediaType, diffID: diffID))
    }
    guard isTold else { return }
    if config != nil { findings += configFaults(of: image) }
    noteMissingLayers(of: image)
  }

  private mutating func configFaults(of image: StoredImage) -> [StructureFinding] {
    guard let content = image.config else { return [] }
    // Many images may share one.
    let check = configChecks[content] ?? ((try? archive.configBytes(of: image)) ?? nil).flatMap { ConfigCheck($0) }
    configChecks[content] = .some(check)
    return (check?.faults(layers: image.layers.count) ?? [])
      .map { .config(image: image.label, name: image.configName, $0) }
  }

  /// A config whose bytes are wrong shows when they are read with all others.
  private mutating func note(_ error: ArchiveError, _ image: StoredImage) {
    guard case .unreadable(_, let fault) = error else { return }
    if case .wrongContent = fault { return }
    if case .unreadableConfig(_, .invalidField) = fault {
      // Who refuses it says more.
      let found = configFaults(of: image)
      findings += found
      if !found.isEmpty { return }
    }
    if !findings.contains(.fault(fault)) { findings.append(.fault(fault)) }
  }

  private mutating func noteMissingLayers(of image: StoredImage) {
    let delta = image.root.flatMap { ArchiveDelta(annotations: $0.descriptor.annotations) }
    var absent: [Digest] = []
    var seen: Set<String> = []
    for layer in image.layers where layer.content == nil {
      let name = layer.memberName
      guard !faultyNames.contains(name), seen.insert(name).inserted else { continue }
      if let digest = layer.descriptor?.digest, delta?.absent.contains(digest) == true {
        absent.append(digest)
      } else if layer.descriptor?.mediaType.isForeignLayer == true {
        findings.append(.foreignLayer(image: image.label, name: name))
      } else {
        findings.append(.missingLayer(image: image.label, name: name))
      }
    }
    guard !absent.isEmpty else { return }
    findings.append(.delta(image: image.label, missing: absent, bases: delta?.bases ?? []))
  }

  /// The blobs of an artifact are named by it and nothing else is known of them.
  private mutating func note(_ artifact: ImageDocument) {
    guard
      case .manifest(let manifest)? = try? ManifestDocument(
        parsing: artifact.bytes, contentType: artifact.descriptor.mediaType)
    else { return }
    for descriptor in [manifest.config] + manifest.layers {
      let name = ArchiveDocuments.path(of: descriptor.digest)
      known[name, default: []].insert(Known())
      if listing.blobs[descriptor.digest] == nil, descriptor.data == nil, !faultyNames.contains(name) {
        findings.append(.missingLayer(image: artifact.descriptor.digest.description, name: name))
      }
    }
  }

  private mutating func compareForms() {
    var inDocker: Set<String> = []
    let images = Dictionary(grouping: archive.images, by: \.configName)
    var named = IndexNames(of: archive)
    for entry in archive.dockerEntries {
      let config = MemberPath(entry.config)?.text ?? entry.config
      for name in [config] + entry.layers { known[MemberPath(name)?.text ?? name, default: []].insert(Known()) }
      guard let same = images[config], let image = same.first else {
        findings.append(.notInIndex(config: entry.config))
        continue
      }
      inDocker.insert(config)
      // Images may share a config and have their layers compressed in different ways.
      let layers = entry.layers.map { MemberPath($0)?.text ?? $0 }
      if !same.contains(where: { $0.layers.map(\.memberName) == layers }) {
        findings.append(.layersDiffer(image: image.label))
      }
      let names = named.names(of: same, with: config)
      let tags = Set(entry.repoTags.compactMap { try? ImageReference(parsing: $0).qualifiedName })
      if !names.isEmpty, !names.isSuperset(of: tags) { findings.append(.namesDiffer(image: image.label)) }
    }
    for group in archive.groups where !group.contains(where: { inDocker.contains($0.configName) }) {
      findings.append(.notInDockerManifest(image: group[0].label))
    }
  }

  /// Names that lead to several images: in `manifest.json`, or else in `index.json`.
  private mutating func checkSharedNames() {
    var images: [String: [[String]]] = [:]
    for entry in archive.dockerEntries {
      for tag in Set(entry.repoTags) { images[tag, default: []].append([entry.config] + entry.layers) }
    }
    for (tag, images) in images.sorted(by: { $0.key < $1.key }) where Set(images).count > 1 {
      findings.append(.sharedName(tag, images: Set(images).count))
    }
    guard archive.dockerEntries.isEmpty else { return }
    var named: [String: [[StoredImage]]] = [:]
    for group in archive.groups {
      for name in Set(group[0].names.map(\.familiarName) + group[0].unreadableNames) {
        named[name, default: []].append(group)
      }
    }
    for (name, groups) in named.sorted(by: { $0.key < $1.key }) where groups.count > 1 {
      let isApart = archive.haveOwnPlatforms(groups.flatMap(\.self))
      findings.append(
        isApart ? .platformsApart(name: name, images: groups.count) : .sharedName(name, images: groups.count))
    }
  }

  private mutating func checkTags() {
    for tag in archive.dockerEntries.flatMap(\.repoTags) {
      let reference = try? ImageReference(parsing: tag)
      // A reference without a tag gets one; Docker wants it written out.
      let isWhole = reference.map { $0.digest == nil && $0.tag != nil && tag.hasSuffix(":\($0.tag ?? "")") } ?? false
      if !isWhole { findings.append(.unusableTag(tag)) }
    }
  }

  /// Gathers what is to be read: every blob, and what `manifest.json` names beside them.
  private mutating func collect() {
    for (digest, content) in listing.blobs.sorted(by: { $0.value.offset < $1.value.offset }) {
      let name = ArchiveDocuments.path(of: digest)
      if known[name] == nil { findings.append(.unnamedBlob(name: name, size: content.size)) }
      add(name, content, digest: digest)
      known[name] = nil
    }
    for entry in archive.dockerEntries {
      add(dockerMember: entry.config, digest: entry.configDigest)
      for layer in entry.layers { add(dockerMember: layer, digest: nil) }
    }
  }

  private mutating func add(dockerMember name: String, digest: Digest?) {
    guard known[name] != nil, let content = try? archive.files.content(name, followsLinks: true) else { return }
    add(name, content, digest: digest)
    known[name] = nil
  }

  private mutating func add(_ name: String, _ content: StoredContent, digest: Digest?) {
    let known = self.known[name] ?? [Known()]
    let layers = known.filter(\.isLayer)
    for entry in layers.isEmpty ? [Known()] : Array(layers) {
      guard seen.insert(Seen(content: content, diffID: entry.diffID)).inserted else { continue }
      checks.append(
        ContentCheck(
          memberName: name, content: content, digest: digest, isLayer: entry.isLayer, mediaType: entry.mediaType,
          diffID: entry.diffID))
    }
  }

  private struct Seen: Hashable {
    let content: StoredContent
    let diffID: Digest?
  }
}

extension DockerEntry {
  /// The digest that a config of Docker's own format is named after: `HEX.json`.
  fileprivate var configDigest: Digest? {
    guard config.hasSuffix(".json") else { return nil }
    return try? Digest(parsing: "sha256:\(config.dropLast(5))")
  }
}

/// The names that `index.json` gives images: who reads that alone learns no other.
private struct IndexNames {
  private let entries: [Digest: [StoredEntry]]
  /// By the member that holds the config.
  private var known: [String: Set<String>] = [:]

  init(of archive: StoredArchive) {
    entries = Dictionary(grouping: archive.entries, by: \.digest)
  }

  /// Those of all images with one config, in full.
  mutating func names(of images: [StoredImage], with config: String) -> Set<String> {
    if let names = known[config] { return names }
    let roots = Set(images.compactMap { $0.root?.descriptor.digest })
    let names = Set(roots.flatMap { entries[$0] ?? [] }.compactMap { $0.name?.qualifiedName })
    known[config] = names
    return names
  }
}
