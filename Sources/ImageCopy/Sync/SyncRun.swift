import ImageModel
import ImageStores
import RegistryClient
import Synchronization
import Waiting

/// A synchronization under way: all names are asked about, then what is not as it should be is copied.
struct SyncRun: Sendable {
  let request: SyncRequest
  let entries: [SyncRequest.Entry]
  let places: SyncPlaces
  let observe: @Sendable (SyncEvent) -> Void
  private let pool: SyncPool
  private let tally: SyncTally
  private let outcomes: Outcomes
  private let words = RegistryWords()

  /// An image has failed that may not.
  struct Stopped: Error {}

  private final class Outcomes: Sendable {
    /// What became of each entry, so far; nil where that is open.
    let found: Mutex<(images: [SyncedImages.Found?], counts: SyncCounts)>
    /// Projects whose quota is used up: no other image goes there.
    let full = Mutex<[Obstacles.Place: any ClassifiedError]>([:])

    init(count: Int) { found = Mutex((Array(repeating: nil, count: count), SyncCounts())) }
  }

  init(
    request: SyncRequest, entries: [SyncRequest.Entry], places: SyncPlaces, _ stopwatch: Stopwatch,
    observe: @escaping @Sendable (SyncEvent) -> Void
  ) {
    tally = SyncTally(stopwatch) { observe(.progress($0)) }
    self.request = request
    self.entries = entries
    self.places = places
    self.observe = observe
    pool = SyncPool(transfers: request.transfers)
    outcomes = Outcomes(count: entries.count)
  }

  /// - Throws: ``Stopped``; `CancellationError`.
  func run(window: Int) async throws {
    let obstacles = try await obstacles()
    // Of most images of a long list nothing is left to do.
    let wanted = Mutex<[(member: SyncGroup.Member, root: Digest)]>([])
    _ = try await inParallel(entries.indices, width: request.checks) { index in
      guard let found = try await check(index, obstacles) else { return }
      wanted.withLock { $0.append(found) }
    }
    let groups = SyncGroup.groups(of: wanted.withLock(\.self), in: entries)
    observe(.checked(outcomes.found.withLock(\.counts)))
    _ = try await inParallel(groups, width: window) { try await copy($0) }
  }

  func result(elapsed: Duration) -> SyncResult {
    let images = SyncedImages(entries, outcomes.found.withLock(\.images))
    var counts = SyncCounts()
    for image in images { counts.add(image.outcome) }
    let sums = pool.sums
    return SyncResult(
      images: images, counts: counts, blobsSent: sums.blobsSent, blobsMounted: sums.blobsMounted,
      bytesSent: sums.bytesSent, elapsed: elapsed)
  }

  // MARK: What is there

  /// What stands in the way of all images of a place.
  private struct Obstacles: Sendable {
    /// Registries that cannot be reached, or let nobody in; and projects that are not there and cannot be made.
    var found: [Place: any ClassifiedError] = [:]

    struct Place: Hashable, Sendable {
      let registry: RegistryName
      /// Nil for all of the registry.
      let project: String?
    }

    subscript(target: ImageReference) -> (any ClassifiedError)? {
      found[Place(registry: target.registry, project: nil)] ?? found[Self.project(target)]
    }

    static func project(_ target: ImageReference) -> Place {
      Place(registry: target.registry, project: String(target.repository.prefix { $0 != "/" }))
    }
  }

  private func obstacles() async throws -> Obstacles {
    var firsts: [Obstacles.Place: ImageReference] = [:]
    for target in entries.map(\.target) {
      for place in [Obstacles.Place(registry: target.registry, project: nil), Obstacles.project(target)]
      where firsts[place] == nil { firsts[place] = target }
    }
    var obstacles = Obstacles()
    for (place, target) in firsts where place.project == nil {
      do { try await places.prepare(target) } catch let error as any ClassifiedError { obstacles.found[place] = error }
    }
    guard request.makesProjects, !request.onlyPlans else { return obstacles }
    for (place, target) in firsts where place.project != nil && obstacles[target] == nil {
      do {
        guard let made = try await places.makeProject(of: target) else { continue }
        observe(.madeProject(made, registry: target.registry))
      } catch let error as any ClassifiedError { obstacles.found[place] = error }
    }
    return obstacles
  }

  /// - Returns: an entry that is to be copied; nil where it is settled what becomes of it.
  private func check(
    _ index: Int, _ obstacles: Obstacles
  ) async throws -> (member: SyncGroup.Member, root: Digest)? {
    let entry = entries[index]
    if let error = obstacles[entry.target] {
      try settle(index, nil, .failed(error))
      return nil
    }
    do {
      async let wanted = places.root(of: entry)
      async let found = places.digest(at: entry.target)
      let (root, existing) = try await (wanted, found)
      if existing == root, !needsReferrers(entry) {
        try settle(index, root, .unchanged)
        return nil
      }
      if let existing, existing != root, request.keepsTags {
        try settle(index, root, .kept(existing))
        return nil
      }
      return (SyncGroup.Member(index: index, existing: existing), root)
    } catch let error as any ClassifiedError {
      try settle(index, nil, .failed(error))
      return nil
    }
  }

  /// - Throws: ``Stopped``.
  private func settle(_ index: Int, _ digest: Digest?, _ outcome: SyncedImage.Outcome) throws {
    let image = SyncedImage(entry: entries[index], digest: digest, outcome: outcome)
    outcomes.found.withLock { found in
      found.images[index] = SyncedImages.Found(digest: digest, outcome: outcome)
      found.counts.add(outcome)
    }
    observe(.image(image))
    if case .failed = outcome, request.stopsAtFailure { throw Stopped() }
  }

  // MARK: Copying

  /// Brings the content once, under the first name that takes it; the others get its manifest.
  private func copy(_ group: SyncGroup) async throws {
    var rest = group.members[...]
    var document: ImageDocument?
    while let member = rest.popFirst() {
      let project = Obstacles.project(entries[member.index].target)
      if let error = outcomes.full.withLock({ $0[project] }) {
        try settle(member.index, group.root, .failed(error))
        continue
      }
      do {
        if let known = document {
          try await tag(known, member)
        } else {
          document = try await copy(member, group)
        }
      } catch let error as any ClassifiedError {
        if case .upload(.quotaExceeded)? = (error as? RegistryError)?.reason {
          outcomes.full.withLock { $0[project] = error }
        }
        try settle(member.index, group.root, .failed(error))
        // Another tag may be free; what else is wrong is wrong for all of them.
        guard error.failureClass == .refused else {
          for other in rest { try settle(other.index, group.root, .failed(error)) }
          return
        }
      }
    }
  }

  /// - Returns: the manifest or index, for further names.
  private func copy(_ member: SyncGroup.Member, _ group: SyncGroup) async throws -> ImageDocument? {
    let (root, entry) = (group.root, entries[member.index])
    let store = try await places.repository(of: entry.target, writesReferrerTags: request.writesReferrerTags)
    let bringsReferrers = group.members.contains { needsReferrers(entries[$0.index]) }
    let source = try places.choice(of: entry, bringsReferrers: bringsReferrers)
      .source(root, as: entry.target).moved(to: store.repository)
    let sink = SyncSink(
      store, pool, known: [entry.target.pushTag ?? root.description: member.existing])
    let sinks: @Sendable (String) -> any SinkStore = { $0 == store.repository ? sink : sibling($0, store) }
    let planner = CopyPlanner(
      sink: sinks, target: store.place, looksForMounts: request.onlyPlans, listsReferrers: request.writesReferrerTags)
    let plan = try await planner.plan([source])
    for warning in PushWarning.about(plan, as: [entry.target]) { observe(.warning(warning)) }
    guard !request.onlyPlans else {
      try settle(member.index, root, member.existing == root ? .unchanged : .planned(cost(of: plan, sink)))
      return plan.images.first?.documents.last
    }
    let moving = tally.begin(plan)
    defer { moving.end() }
    let run = CopyRun(plan: plan, stores: [source.store], sink: sinks, width: request.transfers) { event in
      switch event {
      case .moved(let blob, let bytes): moving.moved(blob, to: bytes)
      case .warning(let text): tell(text)
      case .misnamed(let place, let origin): tell(place, callsItself: origin)
      case .unlisted(let digest): observe(.warning(.unlisted(digest, byTag: request.writesReferrerTags)))
      case .taken, .named: break
      }
    }
    try await run.run()
    try settle(member.index, root, member.existing == root ? .unchanged : .copied)
    return plan.images.first?.documents.last
  }

  private func tell(_ text: String) {
    if words.isNew(text) { observe(.warning(.registry(text))) }
  }

  private func tell(_ place: String, callsItself origin: String) {
    if words.isNew(origin) { observe(.warning(.misnamed(place: place, as: origin))) }
  }

  private func needsReferrers(_ entry: SyncRequest.Entry) -> Bool { request.bringsReferrers || entry.bringsReferrers }

  private func sibling(_ repository: String, _ store: RegistryStore) -> SyncSink {
    SyncSink(RegistryStore(store.client, repository: repository, for: .pull), pool)
  }

  private func cost(of plan: CopyPlan, _ sink: SyncSink) -> SyncCost {
    var cost = SyncCost()
    for blob in plan.blobs {
      switch sink.board.plan(blob.descriptor.digest, in: sink.store.repository) {
      case nil: break
      case true?: cost.blobsToMount += 1
      case false? where !blob.isSent: cost.blobsToMount += 1
      case false?:
        cost.blobsToSend += 1
        cost.bytesToSend += blob.descriptor.size
      }
    }
    return cost
  }

  private func tag(_ document: ImageDocument, _ member: SyncGroup.Member) async throws {
    guard member.existing != document.descriptor.digest else {
      return try settle(member.index, document.descriptor.digest, .unchanged)
    }
    guard !request.onlyPlans else {
      return try settle(member.index, document.descriptor.digest, .planned(SyncCost()))
    }
    let target = entries[member.index].target
    let taken = try await places.repository(of: target).take(document, named: target.pushTag)
    for text in taken.warnings { tell(text) }
    try settle(member.index, document.descriptor.digest, .copied)
  }
}
