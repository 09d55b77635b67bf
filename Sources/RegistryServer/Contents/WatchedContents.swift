import ArchiveTools
import FileAccess
import ImageArchive
import ImageCopy
import ImageModel
import Synchronization
import SystemPackage
import Waiting

/// What is on disk, looked at again and again: what is copied in appears once it is whole and nobody writes to it any more,
/// what is gone disappears.
///
/// A path that is not there itself, such as on a disk that was pulled out, keeps what it had: requests for that fail until it is
/// back, for whoever asks is told that it is to be had later.
package final class WatchedContents: Sendable {
  struct State {
    var contents = ServedContents()
    var opened: [FilePath: Opened] = [:]
    var made: [FilePath: Made] = [:]
    var verified: [FilePath: Verified] = [:]
    /// Files that were written to after they were served, and name what they named before, and folders with such blobs:
    /// nothing of them is served until all of it was read.
    var rewritten: Set<FilePath> = []
    /// Counts what changes the four.
    var version = 0
    /// What folders have given since all of them was read, by their paths.
    var served: [FilePath: [Digest: StoredBlob]] = [:]
    /// Blobs of folders that are looked at with the folder, since they were not what they had been.
    var suspects: [FilePath: Set<FilePath>] = [:]
    /// Where something stood, by the path that led to it.
    var places: [FilePath: [FilePath]] = [:]
    /// The file system of each path, as it was when what stands there was found.
    var devices: [FilePath: DeviceID] = [:]
    /// What folders lack, by their paths.
    var awaited: [FilePath: Set<FilePath>] = [:]
    var told: Set<ContentsNotice> = []
    var quiet: QuietPlaces

    /// What stands at a place; nil where that is none, or is damaged, or may be.
    func archive(at place: FilePath) -> StoredArchive? {
      guard let opened = opened[place], verified[place]?.isDamaged != true, !isUnchecked(place) else { return nil }
      return made[place]?.archive ?? opened.archive
    }

    func isUnchecked(_ place: FilePath) -> Bool { rewritten.contains(place) && verified[place] == nil }

    /// The files of a folder that are looked at beside its documents.
    var watched: [FilePath: Set<FilePath>] { awaited.merging(suspects) { $0.union($1) } }
  }

  struct Opened: Sendable {
    let stamp: PlaceStamp?
    let isFolder: Bool
    /// Where something is wrong in it, what is whole. A tar that is cut, or no tar at all, is not: it may be on its way.
    let archive: StoredArchive?
    let failure: ArchiveError?

    init(_ place: FilePath, stamp: PlaceStamp?) {
      self.stamp = stamp
      isFolder = FileLook.isFolder(place.string)
      do {
        archive = try StoredArchive(opening: place)
        failure = nil
      } catch {
        archive = try? StoredArchive(opening: place, salvaging: isFolder ? .everything : .documents)
        failure = error
      }
    }

    /// What else is wrong, each of which hides something of its own. What is missing may be on its way.
    func furtherFailures(limit: Int) -> [ArchiveError] {
      guard let archive else { return [] }
      let faults = archive.faults.filter { if case .missing = $0 { false } else { true } }
      return faults.prefix(limit).map { ArchiveError.unreadable(archive.path, $0) }
    }

    /// Whether a tar was written to in place, and says that it holds what it held. Of a folder, ``ContentsBuilder`` tells.
    func isRewritten(since former: Opened) -> Bool {
      guard let stamp, let before = former.stamp, let archive, let known = former.archive, !isFolder else {
        return false
      }
      let digests = { (archive: StoredArchive) in Set(archive.namedDocuments.map(\.document.descriptor.digest)) }
      return stamp.isRewritten(since: before) && !digests(archive).isDisjoint(with: digests(known))
    }
  }

  /// What became of an archive without manifests.
  struct Made: Sendable {
    let stamp: PlaceStamp?
    /// Nil where none can be made.
    let archive: StoredArchive?
  }

  /// What became of an archive that was read whole.
  struct Verified: Sendable {
    let stamp: PlaceStamp?
    let isDamaged: Bool
  }

  /// How many are opened at the same time.
  private static let width = 8
  /// How much of a folder that is left out is told one by one, in one look.
  private static let leftOutLimit = 20

  private let paths: [FilePath]
  private let time: Stopwatch
  let state: Mutex<State>
  private let change = ChangeSignal()

  /// - Parameter quietTime: how long nothing may have changed a file before it is looked into, once the server has begun.
  package init(
    _ paths: [FilePath], quietTime: Duration = .seconds(5), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.paths = paths
    time = Stopwatch(clock)
    state = Mutex(State(quiet: QuietPlaces(after: quietTime)))
  }

  package var current: ServedContents { state.withLock(\.contents) }

  /// Everything that was found, in the order of the names that were given.
  func order(in state: State) -> [FilePath] { paths.flatMap { state.places[$0] ?? [] } }

  /// Looks again for as long as the task is not cancelled.
  ///
  /// - Parameter notice: told what is not served, once; of a file that is being written once it is so no more.
  package func watch(
    every interval: Duration, clock: any Clock<Duration> = ContinuousClock(),
    notice: @Sendable (ContentsNotice) -> Void
  ) async throws {
    while true {
      try await clock.sleep(for: interval)
      for told in try await rescan() { notice(told) }
    }
  }

  /// Looks at the disk now, and opens what is new or has changed, and is quiet: headers and documents, and no layer.
  ///
  /// - Returns: what there is to say that was not said before.
  /// - Throws: `CancellationError`.
  package func rescan() async throws -> [ContentsNotice] {
    let known = state.withLock { ($0.opened, $0.places, watched: $0.watched, devices: $0.devices) }
    let paths = paths
    let (looks, stamps) = try await Workers.current.run {
      var looks: [FilePath: PlaceLook] = [:]
      var stamps: [FilePath: PlaceStamp] = [:]
      for path in paths {
        var look = ContentsFinder.look(at: path)
        if let former = known.1[path], look.isGone(since: known.devices[path]) {
          look = PlaceLook(places: former, device: known.devices[path])
        }
        looks[path] = look
        for place in look.places { stamps[place] = PlaceStamp(place, with: known.watched[place] ?? []) }
        for (place, _) in look.leftOut { stamps[place] = PlaceStamp(place) }
      }
      return (looks, stamps)
    }
    let places = looks.mapValues(\.places)
    let order = paths.flatMap { places[$0] ?? [] }
    let isFirst = known.1.isEmpty
    let time = time.elapsed
    let quiet = state.withLock { state in
      state.quiet.look(at: stamps, time: time)
      state.devices = looks.compactMapValues(\.device)
      return state.quiet
    }
    let leftOut = unsaid(about: looks) { stamps[$0] == nil || quiet.isQuiet($0, at: time) }
    let isNew = { (place: FilePath) in
      guard let stamp = stamps[place] else { return isFirst }
      return quiet.isQuiet(place, at: time) && known.0[place]?.stamp != stamp
    }
    let changed = order.filter(isNew)
    guard !changed.isEmpty || places != known.1 else { return leftOut }
    let fresh = try await inParallel(changed, width: Self.width) { place in
      try await Workers.current.run { Opened(place, stamp: stamps[place]) }
    }
    let news = Dictionary(zip(changed, fresh), uniquingKeysWith: { first, _ in first })
    var opened: [FilePath: Opened] = [:]
    for place in order { opened[place] = news[place] ?? known.0[place] }
    let rewritten = state.withLock { [opened] state in
      var rewritten: [FilePath] = []
      for place in changed {
        guard let new = news[place] else { continue }
        if state.opened[place].map({ new.isRewritten(since: $0) }) ?? false {
          state.rewritten.insert(place)
          rewritten.append(place)
        } else if !new.isFolder || state.verified[place]?.isDamaged == false {
          // Of a folder, what is to be read stays so whatever else changes in it.
          state.rewritten.remove(place)
        }
      }
      state.served = state.served.filter { opened[$0.key] != nil }
      state.suspects = state.suspects.filter { opened[$0.key] != nil }
      state.opened = opened
      state.places = places
      state.made = state.made.filter { opened[$0.key].map(\.stamp) == $0.value.stamp }
      state.verified = state.verified.filter { opened[$0.key].map(\.stamp) == $0.value.stamp }
      state.version += 1
      return rewritten
    }
    let notices = try await rebuild()
    change.notify()
    return leftOut + unsaid(about: order) + notices + rewritten.map { .rewritten($0) }
  }

  /// Has a blob looked at again that was not what it had been when it was asked for: nobody looks at each blob of a folder
  /// every time.
  package func lookAgain(at blob: StoredBlob) {
    state.withLock { state in
      let folders = order(in: state).filter { state.opened[$0]?.isFolder == true }
      guard let folder = folders.first(where: { blob.path.starts(with: $0) }) else { return }
      state.suspects[folder, default: []].insert(blob.path)
    }
  }

  /// Looks through what is open, as it stands now.
  ///
  /// - Returns: what there is to say that was not said before.
  func rebuild() async throws -> [ContentsNotice] {
    var rewritten: [ContentsNotice] = []
    while true {
      let (version, archives, pending, unchecked, served) = state.withLock { state in
        let order = order(in: state)
        let unmade = order.filter { state.made[$0] == nil }.compactMap(state.archive).filter {
          ManifestMaking($0).isNeeded
        }
        let unchecked = order.filter(state.isUnchecked).compactMap { state.opened[$0]?.archive }
        return (state.version, order.compactMap(state.archive), unmade, unchecked, state.served)
      }
      let built = try await Workers.current.run {
        ContentsBuilder.build(archives, pending: pending, unchecked: unchecked, served: served)
      }
      let unsaid = state.withLock { state -> [ContentsNotice]? in
        guard state.version == version else { return nil }
        guard built.rewritten.isEmpty else {
          for (folder, blobs) in built.rewritten {
            state.rewritten.insert(folder)
            state.verified[folder] = nil
            state.suspects[folder, default: []].formUnion(blobs)
            rewritten.append(.rewritten(folder))
          }
          state.version += 1
          return nil
        }
        state.contents = built.contents
        state.served = built.served
        // One that was found damaged was not looked through.
        state.awaited = state.awaited.filter { state.verified[$0.key]?.isDamaged == true }
          .merging(built.awaited) { $1 }
        return built.notices.filter { state.told.insert($0).inserted }
      }
      if let unsaid { return unsaid + rewritten }
    }
  }

  // MARK: Archives without manifests

  /// Gives images manifests that came without, for as long as the task is not cancelled: all of each such archive is read
  /// once, and everything else is served meanwhile.
  ///
  /// - Parameter notice: told what is served then, and what cannot be.
  package func makeManifests(notice: @Sendable (ContentsNotice) -> Void) async throws {
    while true {
      let generation = change.generation
      while let notices = try await makeNextManifests() { notices.forEach(notice) }
      try await change.wait(since: generation)
    }
  }

  /// Makes the manifests of the first archive that has none.
  ///
  /// - Returns: what there is to say; nil where every archive has them.
  /// - Throws: `CancellationError`.
  package func makeNextManifests() async throws -> [ContentsNotice]? {
    guard let (place, opened, making) = nextMaking() else { return nil }
    var notices: [ContentsNotice]
    let archive: StoredArchive?
    do {
      let made = try await making.run()
      let digests = Set(made.images.compactMap { $0.root?.descriptor.digest })
      notices = digests.map { "\($0)" }.sorted().compactMap { try? Digest(parsing: $0) }
        .map { .madeManifest(place, $0) }
      archive = made
    } catch let error as ArchiveError {
      (notices, archive) = ([.unreadable(place, error)], nil)
    } catch let error as ConversionError {
      (notices, archive) = ([.unsuitable(place, error)], nil)
    }
    let isCurrent = state.withLock { state in
      guard state.opened[place]?.stamp == opened.stamp else { return false }
      state.made[place] = Made(stamp: opened.stamp, archive: archive)
      state.version += 1
      return true
    }
    // It was replaced meanwhile.
    if !isCurrent { notices = [] }
    let others = try await rebuild()
    return notices + others
  }

  private func nextMaking() -> (FilePath, Opened, ManifestMaking)? {
    state.withLock { state in
      for place in order(in: state) where state.made[place] == nil {
        guard let opened = state.opened[place], let archive = state.archive(at: place) else { continue }
        let making = ManifestMaking(archive)
        if making.isNeeded { return (place, opened, making) }
      }
      return nil
    }
  }

  /// What is there to say of what is not looked into.
  private func unsaid(
    about looks: [FilePath: PlaceLook], where isQuiet: (FilePath) -> Bool
  ) -> [ContentsNotice] {
    state.withLock { state in
      paths.flatMap { path -> [ContentsNotice] in
        guard let look = looks[path] else { return [] }
        let quiet = look.leftOut.filter { isQuiet($0.place) }.map { ContentsNotice.leftOut($0.place, $0.kind) }
        let unsaid = quiet.filter { state.told.insert($0).inserted }
        let rest = unsaid.count - Self.leftOutLimit
        return look.notices.filter { state.told.insert($0).inserted } + unsaid.prefix(Self.leftOutLimit)
          + (rest > 0 ? [.moreLeftOut(path, rest)] : [])
      }
    }
  }

  private func unsaid(about places: [FilePath]) -> [ContentsNotice] {
    state.withLock { state in
      places.flatMap { place -> [ContentsNotice] in
        guard let opened = state.opened[place], let first = opened.failure else { return [] }
        let notices = ([first] + opened.furtherFailures(limit: Self.leftOutLimit)).map {
          ContentsNotice.unreadable(place, $0)
        }
        return notices.filter { state.told.insert($0).inserted }
      }
    }
  }
}
