import ImageArchive
import ImageModel
import RegistryClient

/// Leads a reference to one image: through indexes to the platform's manifest, and to its config.
package struct ImageResolver: Sendable {
  package let sources: ImageSources
  package let limits: DocumentLimits
  /// What is done with a single image while its config is on its way: it has no config bytes yet, and its platform is the one
  /// that was asked for.
  var meanwhile: @Sendable (ResolvedImage) async -> Void = { _ in }
  /// Without it the config is asked for only where it alone can say whether the image fits: else the image has no config
  /// bytes, and its platform is the one that was asked for.
  package var asksForConfig = true
  /// The config that was read last to find out what an image is.
  let decidingConfig = DecidingConfig()

  package init(sources: ImageSources, limits: DocumentLimits = .standard) {
    self.sources = sources
    self.limits = limits
  }

  package var reference: ImageReference { sources.reference }

  /// - Parameter platform: nil for the machine's own architecture, which an image without an index need not have.
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func resolve(
    platform: Platform?, observe: @Sendable (PullWarning) -> Void
  ) async throws -> ResolvedImage {
    let wanted = platform ?? .host
    if reference.tag != nil, reference.digest != nil { observe(.digestWins(reference)) }
    do {
      let top = try await document(.init(reference))
      for text in top.fetched.warnings { observe(.fromRegistry(host: top.host, text: text)) }
      let found = try await find(wanted, in: top)
      if let kind = try await artifactKind(of: found.manifest) {
        throw ResolveError.notAnImage(reference, kind)
      }
      let (fetched, manifest) = (found.document.fetched, found.manifest)
      let withoutConfig = ResolvedImage(
        reference: reference, manifestBytes: fetched.bytes, manifestDigest: fetched.digest, manifest: manifest,
        configBytes: [], platform: wanted, top: top.archived, rateLimit: fetched.rateLimit)
      var image = withoutConfig
      if asksForConfig || (platform != nil && !top.isIndex) {
        async let other: Void = meanwhile(withoutConfig)
        image.configBytes = try await config(of: manifest)
        await other
        let config = try checkedConfig(image.configBytes, of: manifest, observe: observe)
        try check(config.platform, of: top, asked: platform, observe: observe)
        image.platform = config.platform ?? wanted
      }
      await reportRefusedLogins(observe)
      return image
    } catch {
      if (error as? RegistryError)?.isAboutLogin != true { await reportRefusedLogins(observe) }
      throw error
    }
  }

  func reportRefusedLogins(_ observe: (PullWarning) -> Void) async {
    for (host, origin) in await sources.refusedLogins() { observe(.anonymousInstead(host: host, origin: origin)) }
  }

  /// A manifest or an index, read, and the host that gave it.
  struct ReadDocument: Sendable {
    let fetched: FetchedManifest
    let content: ManifestDocument
    let host: String

    /// As it goes into an archive.
    var archived: ImageDocument {
      let descriptor = Descriptor(
        mediaType: content.mediaType, digest: fetched.digest, size: Int64(fetched.bytes.count))
      return .init(descriptor: descriptor, bytes: fetched.bytes)
    }

    var isIndex: Bool {
      if case .index = content { true } else { false }
    }
  }

  /// The image for a platform, and the indexes that lead to it.
  struct PlatformImage: Sendable {
    let document: ReadDocument
    let manifest: Manifest
    /// The outermost first.
    var indexes: [ReadDocument]
  }

  func find(_ wanted: Platform, in document: ReadDocument, depth: Int = 0) async throws -> PlatformImage {
    switch document.content {
    case .manifest(let manifest): return PlatformImage(document: document, manifest: manifest, indexes: [])
    case .index(let index):
      guard depth < limits.indexDepth else {
        throw ResolveError.indexTooDeep(reference, limit: limits.indexDepth)
      }
      var available: [Platform] = Platform.available(in: index.manifests)
      let nested = index.manifests.filter { $0.mediaType.isIndex && $0.platform == nil }
      let named = Platform.choose(from: index.manifests, wanted: wanted).flatMap { $0.platform == nil ? nil : $0 }
      for candidate in named.map({ [$0] }) ?? nested {
        let child = try await self.document(.digest(candidate.digest))
        do {
          var found = try await find(wanted, in: child, depth: depth + 1)
          found.indexes.insert(document, at: 0)
          return found
        } catch ResolveError.noSuchPlatform(_, _, let others) {
          available += others.filter { !available.contains($0) }
        }
      }
      if named == nil {
        let unnamed = try await unnamedImages(of: index)
        if let best = wanted.best(among: unnamed.map(\.platform)) {
          await decidingConfig.keep(unnamed[best].config)
          return PlatformImage(
            document: unnamed[best].document, manifest: unnamed[best].manifest, indexes: [document])
        }
        available += Platform.distinct(unnamed.map(\.platform)).filter { !available.contains($0) }
      }
      throw ResolveError.noSuchPlatform(reference, wanted: wanted, available: available)
    }
  }

  func document(_ asked: EndpointClient.ManifestReference) async throws -> ReadDocument {
    let isTag = if case .tag = asked { true } else { false }
    return try await sources.first(forTag: isTag) { client, endpoint in
      let fetched = try await client.manifest(endpoint.repository, asked)
      do throws(ManifestError) {
        let content = try ManifestDocument(parsing: fetched.bytes, contentType: fetched.contentType, limits: limits)
        return ReadDocument(fetched: fetched, content: content, host: endpoint.registry.description)
      } catch {
        throw ResolveError.manifest(reference, error)
      }
    }
  }

  func config(of manifest: Manifest) async throws -> [UInt8] {
    let descriptor = manifest.config
    guard descriptor.size <= limits.configBytes else {
      throw ResolveError.configTooLarge(reference, size: descriptor.size, limit: limits.configBytes)
    }
    if descriptor.data != nil, let bytes = try descriptor.inlineBytes(of: reference) { return bytes }
    if let known = await decidingConfig.bytes(of: descriptor.digest) { return known }
    return try await sources.first { try await $0.smallBlob($1.repository, descriptor) }
  }

  func checkedConfig(
    _ bytes: [UInt8], of manifest: Manifest, observe: @Sendable (PullWarning) -> Void
  ) throws(ResolveError) -> ImageConfig {
    let config = try parsedConfig(bytes)
    if config.diffIDs.count != manifest.layers.count {
      // A config without any diff ids is not an engine's, but a tool may want it; a wrong number is a fault.
      guard config.diffIDs.isEmpty else {
        throw .layersDoNotMatchConfig(reference, layers: manifest.layers.count, diffIDs: config.diffIDs.count)
      }
      observe(.configDoesNotMatchLayers(layers: manifest.layers.count, diffIDs: 0))
    }
    return config
  }

  func parsedConfig(_ bytes: [UInt8]) throws(ResolveError) -> ImageConfig {
    do {
      return try ImageConfig(parsing: bytes, limits: limits)
    } catch {
      throw .config(reference, error)
    }
  }

  /// Compares the platform that a config says with the one that was asked for. An index has chosen by its own words, which
  /// are often right where the config's are not; an image without one says in its config alone what it is for.
  ///
  /// - Parameter asked: nil for the machine's own, which the image need not have.
  func check(
    _ found: Platform?, of top: ReadDocument, asked: Platform?, observe: (PullWarning) -> Void
  ) throws(ResolveError) {
    let wanted = asked ?? .host
    // Variants in configs are often missing or wrong.
    guard let found, found.os != wanted.os || found.architecture != wanted.architecture else { return }
    guard asked == nil || top.isIndex else {
      throw .noSuchPlatform(reference, wanted: wanted, available: [found])
    }
    observe(.platformDiffers(wanted: wanted, found: found))
  }
}

extension RegistryError {
  fileprivate var isAboutLogin: Bool {
    if case .auth(.credentialsRefused) = reason { true } else { false }
  }
}
