import ImageModel
import ImageStores

/// How the documents of an image are written anew on their way: only as far as somebody asked for it. Blobs stay as they are.
public struct CopyConversion: Sendable, Hashable {
  /// Whose media types manifests and indexes have.
  public enum Format: String, Sendable, Hashable {
    case docker, oci
  }

  /// Nil for what each document has.
  public var format: Format?
  /// Leave attestations (BuildKit's provenance and lists of contents) out of indexes.
  public var dropsAttestations = false
  /// The platforms that indexes keep; empty for all.
  public var platforms: [Platform] = []

  public init() {}

  public var isNothing: Bool { self == CopyConversion() }

  /// What is done before layers are compressed anew, and what after: what is left out need not be compressed, and a format may have
  /// a type for a layer only then.
  var dividedByLayers: (before: CopyConversion, after: CopyConversion) {
    var (before, after) = (self, CopyConversion())
    before.format = nil
    after.format = format
    return (before, after)
  }
}

/// Converts the documents of one image.
struct DocumentRewriting {
  let conversion: CopyConversion
  let store: any SourceStore
  /// What was, by its digest, and what is.
  private(set) var changes: [Digest: ImageDocument] = [:]

  private static let depth = DocumentLimits.standard.indexDepth

  init(_ conversion: CopyConversion, _ store: any SourceStore) {
    self.conversion = conversion
    self.store = store
  }

  /// The document as it is to be; the same where nothing of it changes.
  ///
  /// - Throws: ``CopyError``; what the source throws.
  mutating func rewrite(_ document: ImageDocument, depth: Int = 0) async throws -> ImageDocument {
    let digest = document.descriptor.digest
    if let known = changes[digest] { return known }
    let now: ImageDocument
    switch try parsed(document) {
    case .manifest(let manifest): now = try converted(document, manifest)
    case .index(let index):
      guard depth < Self.depth else {
        throw CopyError.incompleteIndex(digest, absent: index.manifests.map(\.digest), place: store.place)
      }
      now = try await converted(document, index, depth: depth)
    }
    if now.descriptor.digest != digest { changes[digest] = now }
    return now
  }

  private func parsed(_ document: ImageDocument) throws(CopyError) -> ManifestDocument {
    do { return try ManifestDocument(parsing: document.bytes, contentType: document.descriptor.mediaType) } catch {
      throw .document(document.descriptor.digest, error)
    }
  }

  private func converted(_ document: ImageDocument, _ manifest: Manifest) throws(CopyError) -> ImageDocument {
    guard let format = conversion.format, format.manifest != manifest.mediaType,
      var tree = try? JSONTree(parsing: document.bytes), case .array(let layers)? = tree["layers"]
    else { return document }
    // What is no image has no other format.
    guard manifest.config.mediaType.isImageConfig else { return document }
    var converted: [JSONTree] = []
    for (layer, descriptor) in zip(layers, manifest.layers) {
      guard let type = descriptor.mediaType.layer(in: format) else {
        throw .noSuchFormat(document.descriptor.digest, layer: descriptor.mediaType)
      }
      var layer = layer
      layer["mediaType"] = .string(type.rawValue)
      converted.append(layer)
    }
    tree["mediaType"] = .string(format.manifest.rawValue)
    tree["config"]?["mediaType"] = .string(format.config.rawValue)
    tree["layers"] = .array(converted)
    if format == .docker { tree.removeWhatDockerLacks() }
    return ImageDocument(tree, type: format.manifest)
  }

  private mutating func converted(
    _ document: ImageDocument, _ index: Index, depth: Int
  ) async throws -> ImageDocument {
    guard var tree = try? JSONTree(parsing: document.bytes), case .array(let entries)? = tree["manifests"] else {
      return document
    }
    let kept = try keptEntries(try await withPlatforms(index.manifests))
    var isChanged = false
    var now: [JSONTree] = []
    for (entry, descriptor) in zip(entries, index.manifests) {
      guard kept.contains(descriptor.digest), !isAboutChange(descriptor) else {
        isChanged = true
        continue
      }
      var entry = entry
      if conversion.format != nil || descriptor.mediaType.isIndex {
        let child = try await rewritten(descriptor, depth: depth)
        if child.descriptor.digest != descriptor.digest {
          isChanged = true
          entry["mediaType"] = .string(child.descriptor.mediaType.rawValue)
          entry["digest"] = .string("\(child.descriptor.digest)")
          entry["size"] = .number(child.descriptor.size)
          entry["data"] = nil
        }
      }
      now.append(entry)
    }
    guard !now.isEmpty else { throw CopyError.emptyIndex(document.descriptor.digest) }
    if let format = conversion.format, format.index != index.mediaType {
      isChanged = true
      tree["mediaType"] = .string(format.index.rawValue)
      if format == .docker {
        tree.removeWhatDockerLacks()
        for place in now.indices { now[place].removeWhatDockerLacks() }
      }
    }
    guard isChanged else { return document }
    tree["manifests"] = .array(now)
    return ImageDocument(tree, type: conversion.format?.index ?? index.mediaType)
  }

  private mutating func rewritten(_ child: Descriptor, depth: Int) async throws -> ImageDocument {
    guard
      let document = try await store.document(
        Descriptor(mediaType: child.mediaType, digest: child.digest, size: child.size))
    else { throw CopyError.documentMissing(child.digest, place: store.place) }
    return try await rewrite(document, depth: depth + 1)
  }

  /// The entries of an index, with the platforms that the configs of images say where the index says nothing of them and some
  /// of them are to be kept.
  private func withPlatforms(_ entries: [Descriptor]) async throws -> [Descriptor] {
    guard !conversion.platforms.isEmpty, !entries.contains(where: { $0.platform != nil }) else { return entries }
    var named: [Descriptor] = []
    for entry in entries {
      var entry = entry
      if !entry.mediaType.isIndex { entry.platform = try await platform(of: entry) }
      named.append(entry)
    }
    return named
  }

  private func platform(of entry: Descriptor) async throws -> Platform? {
    guard let document = try await store.document(entry), case .manifest(let manifest) = try parsed(document),
      manifest.config.mediaType.isImageConfig, manifest.config.size <= DocumentLimits.standard.configBytes
    else { return nil }
    return try ImageConfig(parsing: try await store.bytes(of: manifest.config)).platform
  }

  /// The digests of the entries that stay.
  private func keptEntries(_ entries: [Descriptor]) throws(CopyError) -> Set<Digest> {
    var kept = Set(entries.map(\.digest))
    if conversion.dropsAttestations || conversion.format == .docker {
      kept.subtract(entries.filter(\.isOtherThanImage).map(\.digest))
    }
    // Platforms stand in the index that has them.
    guard !conversion.platforms.isEmpty, entries.contains(where: { $0.platform != nil }) else { return kept }
    var chosen: Set<Digest> = []
    for platform in conversion.platforms {
      guard let found = Platform.choose(from: entries, wanted: platform) else {
        throw .noSuchPlatform(platform, available: Platform.available(in: entries))
      }
      chosen.insert(found.digest)
    }
    return kept.filter { digest in
      guard let entry = entries.first(where: { $0.digest == digest }) else { return false }
      return chosen.contains(digest) || entry.isAttestation && entry.attested.map { chosen.contains($0) } ?? false
    }
  }

  /// Whether an entry is about a manifest that is another one by now.
  private func isAboutChange(_ entry: Descriptor) -> Bool { entry.attested.map { changes[$0] != nil } ?? false }
}

extension CopyConversion.Format {
  fileprivate var manifest: MediaType { self == .docker ? .dockerManifest : .ociManifest }
  fileprivate var index: MediaType { self == .docker ? .dockerManifestList : .ociIndex }
  fileprivate var config: MediaType { self == .docker ? .dockerImageConfig : .ociImageConfig }
}

extension MediaType {
  private static let pairs: [(docker: MediaType, oci: MediaType)] = [
    (.dockerLayer, .ociLayer), (.dockerLayerGzip, .ociLayerGzip),
    (.dockerForeignLayerGzip, .ociNondistributableLayerGzip),
  ]

  /// The type of the same layer in a format; nil where it has none.
  fileprivate func layer(in format: CopyConversion.Format) -> MediaType? {
    switch format {
    case .docker: Self.pairs.first { $0.oci == self || $0.docker == self }?.docker
    case .oci where self == .dockerLayerZstd: .ociLayerZstd
    case .oci: Self.pairs.first { $0.docker == self }?.oci ?? (isImageLayer ? self : nil)
    }
  }
}

extension JSONTree {
  fileprivate mutating func removeWhatDockerLacks() {
    for name in ["annotations", "artifactType", "subject"] { self[name] = nil }
  }
}
