import BlobTransfer
import ImageModel
import ImageStores
import RegistryClient
import Synchronization
import Waiting

/// Pushes the images of archives and of other registries to a registry, with the bytes, and so the digests, that they have.
public struct ImagePush: ImageCopying {
  private let access: RegistryAccess
  private let sourceAccess: RegistryAccess
  private let request: PushRequest
  private let clock: any Clock<Duration>

  /// - Parameter sourceAccess: how registries are reached that images come from; nil for as the target is.
  public init(_ request: PushRequest, _ access: RegistryAccess, from sourceAccess: RegistryAccess? = nil) {
    self.init(request, access, from: sourceAccess, clock: ContinuousClock())
  }

  /// - Parameter clock: measures how long it takes, and for how long the registry is silent.
  package init(
    _ request: PushRequest, _ access: RegistryAccess, from sourceAccess: RegistryAccess? = nil,
    clock: any Clock<Duration>
  ) {
    self.request = request
    self.access = access
    self.sourceAccess = sourceAccess ?? access
    self.clock = clock
  }

  /// Finds out what a push would do, and sends nothing.
  ///
  /// - Throws: ``PushError``; ``CopyError``; `ArchiveError`; `ResolveError`; `RegistryError`; `CancellationError`.
  public func plan(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushPlan {
    try await withStores(makesProjects: false, observe: observe) { stores in
      try await prepare(stores, looksForMounts: true, observe: observe).shown
    }
  }

  /// Pushes. A name appears only once all that it stands for is there.
  ///
  /// - Parameter observe: called from any thread, one call at a time for each kind of event.
  /// - Throws: as ``plan(observe:)``.
  public func run(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushResult {
    let stopwatch = Stopwatch(clock)
    return try await withStores(makesProjects: request.makesProjects, observe: observe) { stores in
      let prepared = try await prepare(stores, observe: observe)
      observe(.started(prepared.shown))
      return try await run(prepared, stopwatch, observe: observe)
    }
  }

  private func withStores<Result: Sendable>(
    makesProjects: Bool, observe: @escaping @Sendable (PushEvent) -> Void, _ body: (PushStores) async throws -> Result
  ) async throws -> Result {
    let images = SourceImages(choice: request.choice, access: sourceAccess) { observe(.warning($0)) }
    let targetAccess = access.forSmallBlobs.forUploads(access.network.connectionsPerHost)
    return try await RegistryDoor.with(targetAccess, registries: [request.target.registry]) { door in
      try await RegistryDoor.with(sourceAccess.forSmallBlobs, registries: request.sources.compactMap(\.registry)) {
        sourceDoor in
        async let prepared = prepared(door, observe: observe)
        let copied = try await images.all(request.sources, by: sourceDoor)
        let stores = try await PushStores(
          copied, door, access, prepared: try await prepared, makesProjects: makesProjects,
          writesReferrerTags: request.writesReferrerTags, observe: observe)
        return try await body(stores)
      }
    }
  }

  /// Connects to a target that is known, and logs in, while registries are asked for what goes there.
  ///
  /// - Returns: the repository; nil where nothing was done.
  private func prepared(
    _ door: RegistryDoor, observe: @escaping @Sendable (PushEvent) -> Void
  ) async throws -> String? {
    guard case .image(let target) = request.target, case .image? = request.sources.first else { return nil }
    return try await PushStores.prepare(target, door, access) { observe(.warning(.access($0))) }.repository
  }

  private struct Prepared: Sendable {
    let stores: PushStores
    let plan: CopyPlan

    var images: [PushedImage] {
      plan.images.indices.map { index in
        PushedImage(
          reference: stores.references[index], formerName: stores.formerNames[index],
          digest: plan.images[index].root, wasThere: plan.images[index].isThere)
      }
    }

    var shown: PushPlan {
      PushPlan(
        images: images, blobs: plan.blobs.map(\.progress), bytesToSend: plan.bytesToSend,
        blobsPresent: plan.present.count, bytesPresent: plan.bytesPresent,
        blobsMounted: plan.blobs.count { !$0.isSent })
    }
  }

  private func prepare(
    _ stores: PushStores, looksForMounts: Bool = false, observe: @Sendable (PushEvent) -> Void
  ) async throws -> Prepared {
    let planner = CopyPlanner(
      sink: { stores.sink($0) }, target: stores.place, looksForMounts: looksForMounts,
      listsReferrers: request.writesReferrerTags)
    let plan = try await planner.plan(stores.images)
    for warning in PushWarning.about(plan, as: stores.references) { observe(.warning(warning)) }
    return Prepared(stores: stores, plan: plan)
  }

  private func run(
    _ prepared: Prepared, _ stopwatch: Stopwatch,
    observe: @escaping @Sendable (PushEvent) -> Void
  ) async throws -> PushResult {
    let plan = prepared.plan
    let images = prepared.images
    let tally = BlobTally(plan.blobs.map(\.progress), stopwatch: stopwatch) { observe(.progress($0)) }
    let counts = Mutex((sent: 0, mounted: 0, bytes: Int64(0)))
    let watch = SentWatch(plan.blobs.map(\.descriptor.size), clock: clock)
    let (words, writesTags) = (RegistryWords(), request.writesReferrerTags)
    let noted: @Sendable (CopyRun.Event) -> Void = { event in
      if case .taken = event { watch.taken() }
      switch event {
      case .moved(let blob, let bytes):
        tally.placed(blob, bytes)
        watch.moved(blob, to: bytes)
      case .taken(let blob, .sent):
        counts.withLock { counts in
          counts.sent += 1
          counts.bytes += plan.blobs[blob].descriptor.size
        }
      case .taken(let blob, .mounted(let repository)):
        counts.withLock { $0.mounted += 1 }
        if let repository { observe(.mounted(plan.blobs[blob].descriptor.digest, from: repository)) }
      case .named(let image): observe(.pushed(images[image]))
      case .warning(let text): if words.isNew(text) { observe(.warning(.registry(text))) }
      case .misnamed(let place, let origin):
        if words.isNew(origin) { observe(.warning(.misnamed(place: place, as: origin))) }
      case .unlisted(let digest): observe(.warning(.unlisted(digest, byTag: writesTags)))
      }
    }
    let run = CopyRun(
      plan: plan, stores: prepared.stores.images.map(\.store), sink: { prepared.stores.sink($0) },
      width: access.network.connectionsPerHost,
      observe: noted)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { observe(.awaitsRegistry(blobs: try await watch.silence())) }
      try await run.run()
      group.cancelAll()
    }
    tally.finished()
    let (sent, mounted, bytes) = counts.withLock(\.self)
    return PushResult(
      images: images, blobsSent: sent, blobsPresent: plan.present.count, blobsMounted: mounted, bytesSent: bytes,
      elapsed: stopwatch.elapsed)
  }
}

extension CopyPlan.Blob {
  fileprivate var progress: BlobProgress {
    BlobProgress(digest: descriptor.digest, kind: isConfig ? .config : .layer, size: descriptor.size)
  }
}
