import ImageArchive
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Finds out what the images of a request are.
extension ImagePull {
  /// Asks for all images of a request at the same time.
  ///
  /// - Parameters:
  ///   - isPreview: ask for nothing but manifests …
  ///   - asksForConfigs: … and for configs all the same.
  /// - Throws: as ``run(_:observe:)``.
  func find(
    _ request: PullRequest, output: OutputPath?, shelf: BlobShelf, isPreview: Bool = false,
    asksForConfigs: Bool = false,
    warn: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> FoundImages {
    let isAlone = request.images.count == 1
    let isOne = if case .one = request.image.platforms { isAlone } else { false }
    let warn = isOne ? warn : Self.once(warn)
    let outages = ImageSources.Outages()
    let early = Mutex(EarlyBlobs.Found())
    let answers = try await inParallel(request.images, width: access.network.connectionsPerHost) {
      image -> Result<ResolvedReference, FailedImage> in
      let hear = image.heard { warn(isAlone ? $0 : $0.about(image.reference)) }
      do {
        let sources = try ImageSources(image.reference, by: door, outages: outages, observe: warn)
        var resolver = ImageResolver(sources: sources)
        resolver.asksForConfig = !isPreview || asksForConfigs
        // What a delta leaves out, the config alone tells.
        if isAlone, !isPreview, !asksForConfigs {
          resolver.meanwhile = { found in
            let blobs = await earlyBlobs(of: found, request, output: output, shelf: shelf, from: sources)
            early.withLock { $0 = blobs }
          }
        }
        return .success(try await resolver.resolve(image, observe: hear).withReferrers(by: resolver))
      } catch let error as any ClassifiedError where !isAlone {
        let failure = FailedImage(reference: image.reference, error: error)
        guard request.keepsGoing else { throw failure }
        return .failure(failure)
      }
    }
    var found = FoundImages(images: [], early: early.withLock(\.self))
    for answer in answers {
      switch answer {
      case .success(let image): found.images.append(image)
      case .failure(let failure):
        found.leftOut.append(failure)
      }
    }
    guard !found.images.isEmpty else {
      guard case .failure(let failure)? = answers.first else { throw CancellationError() }
      throw failure
    }
    return found
  }

  /// Where there is no room on disk, that is to be known before the first byte of a layer.
  private func earlyBlobs(
    of image: ResolvedImage, _ request: PullRequest, output: OutputPath?, shelf: BlobShelf, from sources: ImageSources
  ) async -> EarlyBlobs.Found {
    let plan = try? ArchivePlan(
      images: [ResolvedReference(image, of: request.image, from: sources).archived(request.annotations)],
      form: request.form)
    guard let plan, output?.hasRoom(for: plan.size) ?? true else { return EarlyBlobs.Found() }
    return await EarlyBlobs(
      sources: sources, connections: access.network.connectionsPerHost,
      isPresent: { shelf.blob($0.digest, size: $0.size) != nil }
    ).fetch(image.manifest)
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
