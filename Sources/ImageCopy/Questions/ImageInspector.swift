import ImageModel
import RegistryClient
import Waiting

/// Answers questions about an image with as few requests as they need. Layers are never fetched.
public struct ImageInspector: Sendable {
  /// How many images of an index are asked for their sizes.
  static let sizedPlatforms = 64
  /// Requests at the same time.
  static let width = 4

  private let resolver: ImageResolver

  package init(sources: ImageSources) {
    resolver = ImageResolver(sources: sources)
  }

  /// The digest of what a reference points to, or of its image for a platform.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func digest(
    of reference: ImageReference, platform: Platform?, observe: @Sendable (PullWarning) -> Void
  ) async throws -> Digest {
    guard let platform else {
      let asked = EndpointClient.ManifestReference(reference)
      let isTag = if case .tag = asked { true } else { false }
      let digest = try await resolver.sources.first(forTag: isTag) { client, endpoint in
        try await client.manifestDigest(endpoint.repository, asked)
      }
      await resolver.reportRefusedLogins(observe)
      return digest
    }
    let top = try await top(reference, observe)
    // An entry of an index names the digest already.
    if case .index(let index) = top.content, let entry = Platform.choose(from: index.manifests, wanted: platform),
      !entry.mediaType.isIndex, entry.platform != nil
    {
      return entry.digest
    }
    let chosen = try await resolver.find(platform, in: top)
    try await check(chosen, of: top, asked: platform, observe)
    return chosen.document.fetched.digest
  }

  /// The bytes of what a reference points to, or of its manifest for a platform.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func manifest(
    of reference: ImageReference, platform: Platform?, observe: @Sendable (PullWarning) -> Void
  ) async throws -> [UInt8] {
    let top = try await top(reference, observe)
    guard let platform else { return top.fetched.bytes }
    let chosen = try await resolver.find(platform, in: top)
    if !top.isIndex { try await check(chosen, of: top, asked: platform, observe) }
    return chosen.document.fetched.bytes
  }

  /// The bytes of the config, whatever it is the config of.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func config(
    of reference: ImageReference, platform: Platform?, observe: @Sendable (PullWarning) -> Void
  ) async throws -> [UInt8] {
    let top = try await top(reference, observe)
    let chosen = try await resolver.find(platform ?? .host, in: top)
    let bytes = try await resolver.config(of: chosen.manifest)
    if let platform, !top.isIndex, chosen.manifest.artifactKind(config: bytes) == nil {
      let found = try resolver.parsedConfig(bytes).platform
      try resolver.check(found, of: top, asked: platform, observe: observe)
    }
    return bytes
  }

  /// All that is shown of an image: of an index its images with their sizes, and more of the one for the platform.
  ///
  /// - Parameter platform: nil for the machine's own, which an index need not have.
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func inspect(
    _ reference: ImageReference, platform: Platform?, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> Inspection {
    let top = try await top(reference, observe)
    let content = try await contentIfAny(top, platform: platform)
    try check(content, of: top, asked: platform, observe)
    return Inspection(
      reference: reference, digest: top.fetched.digest, mediaType: top.content.mediaType,
      platforms: try await platforms(of: top.content, known: content), content: content)
  }

  private func top(
    _ reference: ImageReference, _ observe: @Sendable (PullWarning) -> Void
  ) async throws -> ImageResolver.ReadDocument {
    let top = try await resolver.document(.init(reference))
    for text in top.fetched.warnings { observe(.fromRegistry(host: top.host, text: text)) }
    await resolver.reportRefusedLogins(observe)
    return top
  }

  private func content(
    _ chosen: ImageResolver.PlatformImage
  ) async throws -> Inspection.Content {
    let kind: Inspection.Kind
    if let artifact = try await resolver.artifactKind(of: chosen.manifest) {
      kind = .artifact(artifact)
    } else {
      let bytes = try await resolver.config(of: chosen.manifest)
      kind = .image(try resolver.parsedConfig(bytes))
    }
    return Inspection.Content(manifestDigest: chosen.document.fetched.digest, manifest: chosen.manifest, kind: kind)
  }

  /// Nil where no platform was asked for, and there is nothing for this machine's.
  private func contentIfAny(
    _ top: ImageResolver.ReadDocument, platform: Platform?
  ) async throws -> Inspection.Content? {
    do {
      let chosen = try await resolver.find(platform ?? .host, in: top)
      return try await content(chosen)
    } catch ResolveError.noSuchPlatform where platform == nil {
      return nil
    }
  }

  private func check(
    _ chosen: ImageResolver.PlatformImage, of top: ImageResolver.ReadDocument, asked: Platform,
    _ observe: @Sendable (PullWarning) -> Void
  ) async throws {
    try check(try await content(chosen), of: top, asked: asked, observe)
  }

  private func check(
    _ content: Inspection.Content?, of top: ImageResolver.ReadDocument, asked: Platform?,
    _ observe: @Sendable (PullWarning) -> Void
  ) throws {
    guard let asked, case .image(let config) = content?.kind else { return }
    try resolver.check(config.platform, of: top, asked: asked, observe: observe)
  }

  private func platforms(
    of document: ManifestDocument, known: Inspection.Content?
  ) async throws -> [Inspection.PlatformEntry] {
    guard case .index(let index) = document else { return [] }
    let entries = index.manifests.filter { !$0.isOtherThanImage && !$0.mediaType.isIndex }
    let sizes = try await sizes(of: entries.prefix(Self.sizedPlatforms), known: known)
    return entries.map { .init(platform: $0.platform, digest: $0.digest, size: sizes[$0.digest]) }
  }

  private func sizes(
    of entries: some Collection<Descriptor>, known: Inspection.Content?
  ) async throws -> [Digest: Int64] {
    var sizes: [Digest: Int64] = [:]
    if let known { sizes[known.manifestDigest] = known.manifest.contentSize }
    let rest = Set(entries.map(\.digest)).subtracting(sizes.keys).sorted { "\($0)" < "\($1)" }
    let found = try await inParallel(rest, width: Self.width) { try await size(of: $0) }
    for (digest, size) in zip(rest, found) { sizes[digest] = size }
    return sizes
  }

  /// Nil where it cannot be had: a policy of the registry may hold back some images of an index and not others.
  private func size(of digest: Digest) async throws -> Int64? {
    do {
      guard case .manifest(let manifest) = try await resolver.document(.digest(digest)).content else {
        return nil
      }
      return manifest.contentSize
    } catch is any ClassifiedError {
      return nil
    }
  }
}
