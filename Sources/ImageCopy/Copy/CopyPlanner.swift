import ImageModel
import ImageStores
import RegistryClient
import Synchronization
import Waiting

/// Makes the plan of a copy: reads the documents, and asks both sides what they have.
struct CopyPlanner: Sendable {
  /// Questions at the same time.
  static let width = 24

  /// The sink for a repository.
  let sink: @Sendable (_ repository: String) -> any SinkStore
  let target: String
  /// Whether other repositories are asked for blobs that could be sent, too: for a plan that nobody carries out. A copy finds
  /// out by trying.
  var looksForMounts = false
  /// Whether referrers that are there, and that nothing leads to, go there once more, to be listed.
  var listsReferrers = true

  /// - Throws: ``CopyError``; what source and sink throw; `CancellationError`.
  func plan(_ sources: [CopySource]) async throws -> CopyPlan {
    let early = sources.count == 1 ? EarlyAnswers() : nil
    let found = try await inParallel(sources, width: Self.width) { try await image($0, early) }
    var needs = Needs()
    for (number, image) in found.enumerated() { needs.add(image.blobs, of: number, sources[number]) }
    return try await plan(found, needs, sources, early)
  }

  /// What the target said of the blobs of the only image while its referrers were looked for.
  private final class EarlyAnswers: Sendable {
    private let answers = Mutex<[Digest: Presence]>([:])

    subscript(digest: Digest) -> Presence? {
      get { answers.withLock { $0[digest] } }
      set { answers.withLock { $0[digest] = newValue } }
    }
  }

  private struct Found: Sendable {
    let image: CopyPlan.Image
    let blobs: [(descriptor: Descriptor, isConfig: Bool)]
    /// Those of an image that is there, as far as they are known without asking for it: nobody has to be asked about them.
    let present: [Descriptor]
  }

  private func image(_ wanted: CopySource, _ early: EarlyAnswers?) async throws -> Found {
    let isThere = try await isThere(wanted)
    var tree = DocumentTree()
    var referrers: [CopyPlan.Referrer] = []
    // What stands for the image has all of it: a registry checks that.
    if !isThere || wanted.referrers != nil {
      tree = try await self.tree(of: wanted)
    } else if wanted.hasDocumentsAtHand {
      // Only to count them: what cannot be read need not be sent either.
      tree = (try? await self.tree(of: wanted)) ?? tree
      try Task.checkCancellation()
    }
    let own = tree.blobs.map(\.descriptor)
    if let find = wanted.referrers {
      async let asked: Void = ask(about: isThere ? [] : own, in: wanted.repository, early)
      let images = tree.images.filter { $0 != wanted.root }
      referrers = try await missing(of: try await find([wanted.root] + images), in: sink(wanted.repository))
      for document in referrers.flatMap(\.documents) { _ = try tree.add(document, ofReferrer: true) }
      try await asked
    }
    let image = CopyPlan.Image(
      repository: wanted.repository, tag: wanted.tag, root: wanted.root, documents: tree.documents,
      referrers: referrers, isThere: isThere, expiry: isThere ? nil : try await expiry(of: wanted, tree))
    try checkSizes(of: image)
    return Found(
      image: image, blobs: isThere ? tree.referrerBlobs : tree.blobs, present: isThere ? own : [])
  }

  private func ask(about blobs: [Descriptor], in repository: String, _ early: EarlyAnswers?) async throws {
    guard let early else { return }
    _ = try await inParallel(blobs, width: Self.width) { blob in
      early[blob.digest] = try await sink(repository).presence(of: blob)
    }
  }

  private func isThere(_ wanted: CopySource) async throws -> Bool {
    try await sink(wanted.repository).meaning(ofTaken: wanted.tag ?? wanted.root.description) == wanted.root
  }

  /// The referrers that the target does not list yet.
  private func missing(
    of referrers: [CopyPlan.Referrer], in sink: any SinkStore
  ) async throws -> [CopyPlan.Referrer] {
    let subjects = Set(referrers.filter { $0.tag == nil }.map(\.subject))
    let listed = Set(
      try await inParallel(subjects, width: Self.width) { try await sink.referrers(of: $0) }.flatMap(\.self))
    let isThere = try await inParallel(referrers, width: Self.width) { referrer in
      guard let digest = referrer.documents.last?.descriptor.digest else { return true }
      if referrer.tag == nil, listsReferrers || listed.contains(digest) { return listed.contains(digest) }
      return try await sink.meaning(ofTaken: referrer.tag ?? digest.description) == digest
    }
    return zip(referrers, isThere).filter { !$0.1 }.map(\.0)
  }

  private func plan(
    _ found: [Found], _ needs: Needs, _ sources: [CopySource], _ early: EarlyAnswers?
  ) async throws -> CopyPlan {
    let answers = try await inParallel(needs.pairs, width: Self.width) { pair in
      if let known = early?[pair.blob.digest] { return known }
      return try await sink(pair.repository).presence(of: pair.blob)
    }
    var present = needs.known(found.map { ($0.image.repository, $0.present) })
    var lacking: [Digest: [String]] = [:]
    var doubts: [Digest: any Error] = [:]
    for (pair, presence) in zip(needs.pairs, answers) {
      switch presence {
      case .present: present.append(pair.blob)
      case .absent: lacking[pair.blob.digest, default: []].append(pair.repository)
      case .unknown(let error):
        lacking[pair.blob.digest, default: []].append(pair.repository)
        doubts[pair.blob.digest] = error
      }
    }
    var blobs: [CopyPlan.Blob] = []
    var missing: [Needs.Blob] = []
    for need in needs.blobs {
      guard let repositories = lacking[need.descriptor.digest] else { continue }
      guard let (way, image) = try await way(of: need, to: repositories, from: sources) else {
        // It may well be there.
        if let doubt = doubts[need.descriptor.digest] { throw doubt }
        missing.append(need)
        continue
      }
      blobs.append(
        CopyPlan.Blob(
          descriptor: need.descriptor, isConfig: need.isConfig, image: image, repositories: repositories, way: way))
    }
    if let first = missing.first {
      let source = sources[first.images[0]]
      throw CopyError.blobsMissing(
        missing.map(\.descriptor.digest), bases: source.bases, place: source.store.place, target: target)
    }
    return CopyPlan(
      images: found.map(\.image), blobs: blobs.sorted { $0.descriptor.size > $1.descriptor.size }, present: present)
  }

  /// - Returns: nil where the blob is nowhere; else the image with which it is read, too.
  private func way(
    of need: Needs.Blob, to repositories: [String], from sources: [CopySource]
  ) async throws -> (CopyPlan.Way, image: Int)? {
    // A repository of this copy that has it, or one that the source names.
    let others = need.repositories.filter { !repositories.contains($0) } + need.siblings
    if looksForMounts, let holder = try await holder(of: need, among: others) {
      return (.mount(from: holder), need.images[0])
    }
    for image in need.images {
      switch try await sources[image].store.presence(of: need.descriptor) {
      case .present, .unknown: return (.send(siblings: others), image)
      case .absent: continue
      }
    }
    return try await holder(of: need, among: others).map { (.mount(from: $0), need.images[0]) }
  }

  /// A repository that has a blob; nil where none is known to.
  private func holder(of need: Needs.Blob, among others: [String]) async throws -> String? {
    for sibling in others {
      if case .present? = try? await sink(sibling).presence(of: need.descriptor) { return sibling }
      try Task.checkCancellation()
    }
    return nil
  }
}

/// Which repositories need which blobs.
private struct Needs: Sendable {
  struct Blob: Sendable {
    let descriptor: Descriptor
    let isConfig: Bool
    /// The numbers of the images that need it. There is at least one.
    var images: [Int]
    var repositories: [String]
    var siblings: [String]
  }

  struct Pair: Sendable {
    let blob: Descriptor
    let repository: String
  }

  private(set) var blobs: [Blob] = []
  private(set) var pairs: [Pair] = []
  private var places: [Digest: Int] = [:]

  mutating func add(_ needed: [(descriptor: Descriptor, isConfig: Bool)], of image: Int, _ wanted: CopySource) {
    for (descriptor, isConfig) in needed {
      guard let place = places[descriptor.digest] else {
        places[descriptor.digest] = blobs.count
        blobs.append(
          Blob(
            descriptor: descriptor, isConfig: isConfig, images: [image], repositories: [wanted.repository],
            siblings: wanted.siblings))
        pairs.append(Pair(blob: descriptor, repository: wanted.repository))
        continue
      }
      blobs[place].images.append(image)
      for sibling in wanted.siblings where !blobs[place].siblings.contains(sibling) {
        blobs[place].siblings.append(sibling)
      }
      guard !blobs[place].repositories.contains(wanted.repository) else { continue }
      blobs[place].repositories.append(wanted.repository)
      pairs.append(Pair(blob: descriptor, repository: wanted.repository))
    }
  }

  /// Blobs that are there with their images, each once in a repository, without those that are asked about.
  func known(_ held: [(repository: String, blobs: [Descriptor])]) -> [Descriptor] {
    var seen = Dictionary(grouping: pairs, by: \.repository).mapValues { Set($0.map(\.blob.digest)) }
    return held.flatMap { repository, blobs in
      blobs.filter { seen[repository, default: []].insert($0.digest).inserted }
    }
  }
}
