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

  private func take(_ blobs: [Int]) async throws {
    _ = try await inParallel(blobs, width: width) { index in try await take(index) }
  }

  /// To the first repository by its way, to the others from there: two uploads of one blob would race.
  private func take(_ index: Int) async throws {
    let blob = plan.blobs[index]
    var siblings: [String] =
      switch blob.way {
      case .send(let siblings): siblings
      case .mount(let repository): [repository]
      }
    for (place, repository) in blob.repositories.enumerated() {
      let isFirst = place == 0
      let content = BlobContent(blob.descriptor, in: stores[blob.image])
      let taken = try await sink(repository).take(blob.descriptor, from: content, siblings: siblings) { bytes in
        if isFirst { observe(.moved(blob: index, bytes: bytes)) }
      }
      if isFirst {
        observe(.moved(blob: index, bytes: blob.descriptor.size))
        observe(.taken(blob: index, taken))
        siblings = [repository]
      }
    }
  }

  /// - Returns: what has been listed.
  private func name(_ image: CopyPlan.Image, _ index: Int) async throws -> [Listed] {
    var listed: [Listed] = []
    let sink = sink(image.repository)
    if !image.isThere {
      for document in image.documents {
        let isRoot = document.descriptor.digest == image.root
        try await take(document, named: isRoot ? image.tag : nil, sink)
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

  private func list(_ entry: Listed) async throws -> Bool {
    try await entry.sink.list(entry.document, of: entry.subject)
  }

  @discardableResult
  private func take(
    _ document: ImageDocument, named name: String?, _ sink: any SinkStore
  ) async throws -> TakenDocument {
    let taken = try await sink.take(document, named: name)
    for warning in taken.warnings { observe(.warning(warning)) }
    return taken
  }
}
