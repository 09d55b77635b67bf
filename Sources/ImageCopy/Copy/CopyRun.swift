import ImageModel
import ImageStores
import RegistryClient
import Synchronization
import Waiting

/// Carries a plan out: blobs, the largest first and several at a time; then what names them; a tag last of all.
struct CopyRun: Sendable {
  let plan: CopyPlan
  /// What has the image of each number.
  let stores: [any SourceStore]
  let sink: @Sendable (_ repository: String) -> any SinkStore
  /// Blobs at the same time.
  let width: Int
  /// How long after the last writing the lists of referrers are looked at again.
  var recheck: Duration = .seconds(1)
  let observe: @Sendable (Event) -> Void

  enum Event: Sendable {
    /// A blob of the plan is at a place now, up to a byte.
    case moved(blob: Int, bytes: Int64)
    case taken(blob: Int, TakenBlob)
    /// An image is complete, under its tag.
    case named(image: Int)
    case warning(String)
    /// A place is known to itself by another origin. May be told more than once.
    case misnamed(place: String, as: String)
    /// A document is there, and nothing leads to it from what it refers to.
    case unlisted(Digest)
  }

  /// - Throws: ``CopyError``; what source and sink throw; `CancellationError`.
  func run() async throws {
    do {
      // What cannot be sent is proven first: without it all the rest would be sent for nothing.
      try await take(plan.blobs.indices.filter { !plan.blobs[$0].isSent })
      try await take(plan.blobs.indices.filter { plan.blobs[$0].isSent })
    } catch ImageStoreError.wrongBytes(let digest, let place) {
      throw CopyError.wrongBytes(digest, place: place)
    } catch ImageStoreError.missing(let digest, let place) {
      let repository = plan.blobs.first { $0.descriptor.digest == digest }?.repositories.first
      throw CopyError.blobsMissing([digest], bases: [], place: place, target: repository.map { sink($0).place } ?? "")
    }
    var listed: [Listed] = []
    for (index, image) in plan.images.enumerated() { listed += try await name(image, index) }
    guard !listed.isEmpty else { return }
    // Who lists something else at the same time may have read what was there before, and written it.
    try await Task.sleep(for: recheck)
    for entry in listed { _ = try await list(entry) }
  }

  /// A referrer whose place did not list it by itself.
  private struct Listed: Sendable {
    let document: ImageDocument
    let subject: Digest
    let sink: any SinkStore
  }

  private enum Step: Sendable {
    case ended(UploadRoom.Kind)
    /// More large blobs may go; `isLast`: and no more than that ever.
    case grown(isLast: Bool)
  }

  private func take(_ blobs: [Int]) async throws {
    var queue = UploadQueue(blobs, of: plan, width: width)
    let pace = UploadPace(width: width)
    try await withThrowingTaskGroup(of: Step.self) { group in
      if queue.largeCount > 1 { group.addTask { .grown(isLast: try await !pace.grown()) } }
      while true {
        while let (index, kind) = queue.next(mayBeginLarge: pace.begin) {
          group.addTask {
            try await take(index, pace)
            return .ended(kind)
          }
        }
        guard !queue.isIdle, let step = try await group.next() else { break }
        switch step {
        case .ended(let kind):
          queue.ended(kind)
          if kind == .large { pace.end() }
        case .grown(let isLast):
          if !isLast { group.addTask { .grown(isLast: try await !pace.grown()) } }
        }
      }
      // Who waits for it to grow.
      group.cancelAll()
      while (try? await group.next()) != nil {}
    }
  }

  /// To the first repository by its way, to the others from there: two uploads of one blob would race.
  private func take(_ index: Int, _ pace: UploadPace) async throws {
    let blob = plan.blobs[index]
    var siblings: [String] =
      switch blob.way {
      case .send(let siblings): siblings
      case .mount(let repository): [repository]
      }
    for (place, repository) in blob.repositories.enumerated() {
      let isFirst = place == 0
      let taken = try await take(blob.descriptor, from: stores[blob.image], into: sink(repository), siblings) { bytes in
        pace.moved(index, to: bytes)
        if isFirst { observe(.moved(blob: index, bytes: bytes)) }
      }
      if isFirst {
        observe(.moved(blob: index, bytes: blob.descriptor.size))
        observe(.taken(blob: index, taken))
        siblings = [repository]
      }
    }
  }

  /// Takes a blob, once more where the source may have its right bytes elsewhere.
  private func take(
    _ blob: Descriptor, from source: any SourceStore, into sink: any SinkStore, _ siblings: [String],
    progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob {
    while true {
      do {
        return try await sink.take(
          blob, from: BlobContent(blob, in: source), siblings: siblings, progress: progress)
      } catch ImageStoreError.wrongBytes(let digest, _) where digest == blob.digest && source.mayCorrect(blob) {
        continue
      }
    }
  }

  /// - Returns: what has been listed.
  private func name(_ image: CopyPlan.Image, _ index: Int) async throws -> [Listed] {
    var listed: [Listed] = []
    let sink = sink(image.repository)
    if !image.isThere {
      do { try await takeDocuments(of: image, sink) } catch let error as RegistryError
        where error.reason == .upload(.contentMissing)
      {
        // Quay keeps a blob that no manifest names for an hour, and garbage may be collected at any time.
        try await takeAgain(index, sink)
        try await takeDocuments(of: image, sink)
      }
    }
    for referrer in image.referrers {
      for (place, document) in referrer.documents.enumerated() {
        let isLast = place == referrer.documents.count - 1
        let taken = try await take(document, named: isLast ? referrer.tag : nil, sink)
        guard isLast, referrer.tag == nil, !taken.isListed else { continue }
        let entry = Listed(document: document, subject: referrer.subject, sink: sink)
        if try await list(entry) {
          listed.append(entry)
        } else {
          observe(.unlisted(document.descriptor.digest))
        }
      }
    }
    observe(.named(image: index))
    return listed
  }

  private func takeDocuments(of image: CopyPlan.Image, _ sink: any SinkStore) async throws {
    for document in image.documents {
      let isRoot = document.descriptor.digest == image.root
      try await take(document, named: isRoot ? image.tag : nil, sink)
    }
  }

  /// Looks after all blobs of an image once more, and takes those that are not there any more.
  private func takeAgain(_ index: Int, _ sink: any SinkStore) async throws {
    var tree = DocumentTree()
    for document in plan.images[index].documents { _ = try tree.add(document, ofReferrer: false) }
    _ = try await inParallel(tree.blobs.map(\.descriptor), width: width) { blob in
      if try await sink.presence(of: blob).isPresent { return }
      _ = try await take(blob, from: stores[index], into: sink, []) { _ in }
    }
  }

  private func list(_ entry: Listed) async throws -> Bool {
    try await entry.sink.list(entry.document, of: entry.subject)
  }

  @discardableResult
  private func take(
    _ document: ImageDocument, named name: String?, _ sink: any SinkStore
  ) async throws -> TakenDocument {
    let taken = try await sink.take(document, named: name)
    for warning in taken.warnings { observe(.warning(warning)) }
    if let origin = taken.otherOrigin { observe(.misnamed(place: sink.place, as: origin)) }
    return taken
  }
}
