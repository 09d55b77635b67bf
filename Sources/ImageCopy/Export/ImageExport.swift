import BlobTransfer
import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// Copies images of registries, archives and layouts into one archive or layout, with the bytes, and so the digests, that they
/// have.
public struct ImageExport: ImageCopying {
  let request: ExportRequest
  let access: RegistryAccess
  let retrier: Retrier
  /// Whether what is no image, such as a Helm chart, is copied, too.
  var takesArtifacts = true
  /// What stands for standard output; nil for the process's own.
  private let standardOutput: (any ByteSink)?

  /// - Parameter access: how the registries of the sources are reached.
  public init(_ request: ExportRequest, _ access: RegistryAccess) {
    self.init(request, access, retrier: Retrier(now: WallClock.seconds))
  }

  /// - Parameter standardOutput: what stands for it; nil for the process's own.
  package init(
    _ request: ExportRequest, _ access: RegistryAccess, retrier: Retrier, standardOutput: (any ByteSink)? = nil
  ) {
    var access = access
    access.network.connectionsPerHost = OpenFileBudget.current.connections(wanted: access.network.connectionsPerHost)
    self.request = request
    self.access = access
    self.retrier = retrier
    self.standardOutput = standardOutput
  }

  /// Finds out what ``run(observe:)`` would do. No layer is read, and nothing is written.
  ///
  /// - Throws: ``PushError/unknownBeforeCompression`` where layers are compressed anew; else as ``run(observe:)``.
  public func plan(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushPlan {
    guard request.layers == .asIs else { throw PushError.unknownBeforeCompression }
    let (_, held) = try await opened()
    return try await withImages(observe) { images in
      try await check(images, held)
      return shown(images, held)
    }
  }

  /// Copies. The name of the archive, or the images' entries in the layout, appear only over complete and verified content; what
  /// a failure leaves behind is what the same request goes on from.
  ///
  /// - Parameter observe: called from any thread, one call at a time for each kind of event.
  /// - Throws: ``PushError``; ``CopyError``; `ImageNamingError`; `ArchiveError`; ``ResolveError``; `RegistryError`;
  ///   `CancellationError`.
  public func run(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushResult {
    guard request.layers == .asIs else { return try await runRewriting(observe: observe) }
    let stopwatch = Stopwatch(retrier.clock)
    let (place, held) = try await opened()
    return try await withImages(observe) { images in
      try await check(images, held)
      let shown = shown(images, held)
      observe(.started(shown))
      let done = try await write(images, to: place, stopwatch, observe)
      let pushed = done.wasThere ? images.pushed.map { $0.found(true) } : shown.images
      for image in pushed { observe(.pushed(image)) }
      return PushResult(
        images: pushed, blobsSent: done.wasThere ? 0 : shown.blobs.count,
        blobsPresent: done.wasThere ? images.plan.blobs.count : shown.blobsPresent, blobsMounted: 0,
        bytesSent: done.wasThere ? 0 : shown.bytesToSend, elapsed: stopwatch.elapsed)
    }
  }

  private func check(_ images: ExportedImages, _ held: HeldContent) async throws {
    try images.checkBlobs(held.blobs, target: request.output.name)
    try await Workers.current.run { [request] in try request.output.checkReplaces(by: images.pushed) }
  }

  /// Looks at the target before the first request to a registry.
  private func opened() async throws -> (place: ExportPlace, held: HeldContent) {
    try await Workers.current.run { (try ExportPlace(request.output), try request.output.held()) }
  }

  private func withImages<Result: Sendable>(
    _ observe: @escaping @Sendable (PushEvent) -> Void, _ body: (ExportedImages) async throws -> Result
  ) async throws -> Result {
    let sources = SourceImages(choice: request.choice, access: access) { observe(.warning($0)) }
    return try await RegistryDoor.with(access, registries: request.sources.compactMap(\.registry)) { door in
      let chosen = try await sources.all(request.sources, by: door)
      return try await body(try await ExportedImages(chosen, takesArtifacts: takesArtifacts))
    }
  }

  private func write(
    _ images: ExportedImages, to place: ExportPlace, _ stopwatch: Stopwatch,
    _ observe: @escaping @Sendable (PushEvent) -> Void
  ) async throws -> BlobFill.Written {
    let plan = images.plan
    let tracker = ProgressTracker(plan: plan, configs: images.configs, stopwatch: stopwatch) { event in
      switch event {
      case .progress(let progress): observe(.progress(progress))
      // Its source is the only one: that is the error.
      case .warning(.wrongCopy(_, let digest)) where !images.isAsked(for: digest): break
      case .warning(let warning): observe(.warning(.access(warning)))
      case .started, .blobFinished: break
      }
    }
    var fill = BlobFill(
      known: images.known, stored: { images.stored($0) },
      sources: ArchiveSources(images.asked, fetchesForeignLayers: access.fetchesForeignLayers),
      connections: access.network.connectionsPerHost, bytesPerSecond: access.network.bytesPerSecond, retrier: retrier,
      isLarge: PageCachePressure.isHigh(size: plan.size), tracker: tracker)
    fill.failure = { stored in
      images.isAsked(for: stored.digest) ? nil : CopyError.wrongBytes(stored.digest, place: stored.path.string)
    }
    do {
      switch place {
      case .layout(let path):
        let store = try await Workers.current.run { try LayoutStore(path) }
        return try await fill.write(images.archived, blobs: plan.blobs.map(\.descriptor), into: store)
      case .archive(let output):
        if images.hasZstdLayers { tracker.warning(.zstdLayers) }
        return try await fill.write(plan, to: output, images: images.unfinishedNames)
      case .standardOutput:
        if images.hasZstdLayers { tracker.warning(.zstdLayers) }
        return try await fill.write(plan, into: standardOutput)
      }
    } catch let lost as LostBlob {
      throw lost.error
    }
  }

  private func shown(_ images: ExportedImages, _ held: HeldContent) -> PushPlan {
    let blobs = images.plan.blobs.map(\.descriptor)
    let lacking = blobs.filter { held.blobs.blob($0.digest, size: $0.size) == nil }
    let present = blobs.reduce(0) { $0 + $1.size } - lacking.reduce(0) { $0 + $1.size }
    let roots = held.roots(of: images.archived)
    return PushPlan(
      images: images.pushed.map { $0.found(roots.contains($0.digest)) },
      blobs: lacking.sorted { $0.size > $1.size }.map { blob in
        BlobProgress(
          digest: blob.digest, kind: images.configs.contains(blob.digest) ? .config : .layer, size: blob.size)
      },
      bytesToSend: lacking.reduce(0) { $0 + $1.size }, blobsPresent: blobs.count - lacking.count,
      bytesPresent: present, blobsMounted: 0)
  }
}

extension PushedImage {
  fileprivate func found(_ wasThere: Bool) -> PushedImage {
    PushedImage(reference: reference, formerName: formerName, digest: digest, wasThere: wasThere)
  }
}

extension ExportedImages {
  /// What tells the unfinished archive of these images from that of others.
  fileprivate var unfinishedNames: Set<String> { Set(pushed.map { "\($0.reference) \($0.digest)" }) }
}
