import ImageModel
import ImageStores
import RegistryClient
import Waiting

/// Makes the plan of a copy: reads the documents, and asks both sides what they have.
struct CopyPlanner: Sendable {
  /// Questions at the same time.
  private static let width = 8

  let source: any SourceStore
  /// The sink for a repository.
  let sink: @Sendable (_ repository: String) -> any SinkStore
  /// What the source builds on where it leaves blobs out, for messages.
  let bases: [String]
  let target: String

  /// - Throws: ``CopyError``; what source and sink throw; `CancellationError`.
  func plan(_ sources: [CopySource]) async throws -> CopyPlan {
    var images: [CopyPlan.Image] = []
    var needs = Needs()
    for wanted in sources {
      let tree = try await tree(of: wanted)
      let isThere = try await isThere(wanted)
      images.append(
        CopyPlan.Image(
          repository: wanted.repository, tag: wanted.tag, root: wanted.root, documents: tree.documents,
          referrers: wanted.referrers, isThere: isThere))
      needs.add(isThere ? tree.withoutImage : tree, wanted)
    }
    return try await plan(images, needs)
  }

  private func isThere(_ wanted: CopySource) async throws -> Bool {
    guard let tag = wanted.tag else { return false }
    return try await sink(wanted.repository).meaning(ofTaken: tag) == wanted.root.digest
  }

  private func plan(_ images: [CopyPlan.Image], _ needs: Needs) async throws -> CopyPlan {
    let answers = try await inParallel(needs.pairs, width: Self.width) { pair in
      try await sink(pair.repository).held(of: pair.blob)
    }
    var present: [Descriptor] = []
    var lacking: [Digest: [String]] = [:]
    var doubts: [Digest: any Error] = [:]
    for (pair, held) in zip(needs.pairs, answers) {
      switch held {
      case .whole: present.append(pair.blob)
      case .nothing, .ranges: lacking[pair.blob.digest, default: []].append(pair.repository)
      case .unknown(let error):
        lacking[pair.blob.digest, default: []].append(pair.repository)
        doubts[pair.blob.digest] = error
      }
    }
    var blobs: [CopyPlan.Blob] = []
    var missing: [Digest] = []
    for need in needs.blobs {
      guard let repositories = lacking[need.descriptor.digest] else { continue }
      guard let way = try await way(of: need, to: repositories) else {
        // It may well be there.
        if let doubt = doubts[need.descriptor.digest] { throw doubt }
        missing.append(need.descriptor.digest)
        continue
      }
      blobs.append(
        CopyPlan.Blob(
          descriptor: need.descriptor, isConfig: need.isConfig, repositories: repositories, way: way))
    }
    guard missing.isEmpty else {
      throw CopyError.blobsMissing(missing, bases: bases, place: source.place, target: target)
    }
    return CopyPlan(
      images: images, blobs: blobs.sorted { $0.descriptor.size > $1.descriptor.size }, present: present)
  }

  /// - Returns: nil where the blob is nowhere.
  private func way(of need: Needs.Blob, to repositories: [String]) async throws -> CopyPlan.Way? {
    switch try await source.presence(of: need.descriptor) {
    case .present, .unknown: return .send(siblings: need.siblings)
    case .absent: break
    }
    // A repository of this copy that has it, or one that the source names.
    for sibling in need.repositories.filter({ !repositories.contains($0) }) + need.siblings {
      if case .whole? = try? await sink(sibling).held(of: need.descriptor) { return .mount(from: sibling) }
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

  mutating func add(_ tree: DocumentTree, _ wanted: CopySource) {
    for (descriptor, isConfig) in tree.blobs {
      guard let place = places[descriptor.digest] else {
        places[descriptor.digest] = blobs.count
        blobs.append(
          Blob(
            descriptor: descriptor, isConfig: isConfig, repositories: [wanted.repository], siblings: wanted.siblings))
        pairs.append(Pair(blob: descriptor, repository: wanted.repository))
        continue
      }
      for sibling in wanted.siblings where !blobs[place].siblings.contains(sibling) {
        blobs[place].siblings.append(sibling)
      }
      guard !blobs[place].repositories.contains(wanted.repository) else { continue }
      blobs[place].repositories.append(wanted.repository)
      pairs.append(Pair(blob: descriptor, repository: wanted.repository))
    }
  }
}
