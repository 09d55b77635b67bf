import ImageArchive
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Finds out what the images of a request are.
extension ImagePull {
  /// - Parameters:
  ///   - isPreview: ask for nothing but manifests …
  ///   - asksForConfigs: … and for configs all the same.
  /// - Throws: as ``run(_:observe:)``.
  func find(
    _ request: PullRequest, output: OutputPath?, shelf: BlobShelf, isPreview: Bool = false,
    asksForConfigs: Bool = false,
    warn: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> FoundImages {
    guard request.furtherImages.isEmpty else {
      return try await findAll(request, asksForConfigs: !isPreview || asksForConfigs, warn: Self.once(warn))
    }
    let isOne = if case .one = request.image.platforms { true } else { false }
    let warn = request.image.heard(by: isOne ? warn : Self.once(warn))
    let sources = ImageSources(try access.endpoints(for: request.reference, observe: warn), door: door, observe: warn)
    var resolver = ImageResolver(sources: sources)
    resolver.asksForConfig = !isPreview || asksForConfigs
    let early = Mutex(EarlyBlobs.Found())
    let resolved = try await resolver.resolve(
      request.image,
      meanwhile: { image in
        // What a delta leaves out, the config alone tells.
        guard !isPreview, !asksForConfigs else { return }
        // Where there is no room on disk, that is to be known before the first byte of a layer.
        let plan = try? ArchivePlan(
          images: [ResolvedReference(image, of: request.image).archived(request.annotations)], form: request.form)
        guard let plan, output?.hasRoom(for: plan.size) ?? true else { return }
        let found = await EarlyBlobs(
          sources: sources, connections: access.connections,
          isPresent: { shelf.blob($0.digest, size: $0.size) != nil }
        ).fetch(image.manifest)
        early.withLock { $0 = found }
      },
      observe: warn)
    let whole = try await resolved.withReferrers(by: resolver)
    return FoundImages(images: [FoundImage(resolved: whole, sources: sources)], early: early.withLock(\.self))
  }

  /// Asks for several images at the same time.
  private func findAll(
    _ request: PullRequest, asksForConfigs: Bool, warn: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> FoundImages {
    let outages = ImageSources.Outages()
    let answers = try await inParallel(request.images, width: access.connections) { image in
      do {
        let sources = ImageSources(
          try access.endpoints(for: image.reference, observe: warn), door: door, outages: outages, observe: warn)
        var resolver = ImageResolver(sources: sources)
        resolver.asksForConfig = asksForConfigs
        let hear = image.heard(by: { warn($0.about(image.reference)) })
        let resolved = try await resolver.resolve(image, observe: hear)
          .withReferrers(by: resolver)
        return Result<FoundImage, FailedImage>.success(FoundImage(resolved: resolved, sources: sources))
      } catch let error as any ClassifiedError {
        let failure = FailedImage(reference: image.reference, error: error)
        guard request.keepsGoing else { throw failure }
        return .failure(failure)
      }
    }
    var found = FoundImages(images: [])
    for answer in answers {
      switch answer {
      case .success(let image): found.images.append(image)
      case .failure(let failure):
        found.leftOut.append(LeftOutImage(reference: failure.reference, error: failure.error))
      }
    }
    guard !found.images.isEmpty else {
      guard case .failure(let failure)? = answers.first else { throw CancellationError() }
      throw failure
    }
    return found
  }

  /// Tells each warning once, from one task at a time: what is true of a registry, every image there says.
  private static func once(
    _ warn: @escaping @Sendable (PullWarning) -> Void
  ) -> @Sendable (PullWarning) -> Void {
    let told = Told()
    return { warning in
      told.warnings.withLock { warnings in
        if warnings.insert(warning).inserted { warn(warning) }
      }
    }
  }

  private final class Told: Sendable {
    let warnings = Mutex<Set<PullWarning>>([])
  }
}

extension RequestedImage {
  /// Leaves out what is known of the image.
  fileprivate func heard(
    by warn: @escaping @Sendable (PullWarning) -> Void
  ) -> @Sendable (PullWarning) -> Void {
    guard tagIsLabel else { return warn }
    return { warning in
      if case .digestWins = warning { return }
      warn(warning)
    }
  }
}
