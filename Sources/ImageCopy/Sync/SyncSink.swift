import ImageModel
import ImageStores

/// A repository of a target, as one of the images of a synchronization sees it: its blobs go through the pool of all.
struct SyncSink: SinkStore {
  let store: RegistryStore
  let pool: SyncPool
  let board: BlobBoard
  /// What tags have been found to stand for; nil for no image.
  let known: [String: Digest?]

  init(_ store: RegistryStore, _ pool: SyncPool, known: [String: Digest?] = [:]) {
    self.store = store
    self.pool = pool
    self.known = known
    board = pool.board(of: store.client.endpoint.description)
  }

  var place: String { store.place }

  var traits: SinkTraits { store.traits }

  func presence(of blob: Descriptor) async throws -> Presence {
    if board.isThere(blob.digest, in: store.repository) { return .present }
    let presence = try await store.presence(of: blob)
    if presence.isPresent { board.note(blob.digest, in: store.repository) }
    return presence
  }

  func take(
    _ blob: Descriptor, from content: BlobContent, siblings: [String], progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob {
    while true {
      switch board.step(blob.digest, in: store.repository) {
      case .present: return .mounted(from: store.repository)
      case .wait(let generation): try await board.wait(since: generation)
      case .bring(let holders):
        var isThere = false
        defer { board.end(blob.digest, in: store.repository, isThere: isThere) }
        let taken = try await pool.gate.pass(size: blob.size) {
          try await store.take(blob, from: content, siblings: holders + siblings, progress: progress)
        }
        isThere = true
        pool.add { sums in
          if case .sent = taken {
            sums.blobsSent += 1
            sums.bytesSent += blob.size
          } else {
            sums.blobsMounted += 1
          }
        }
        return taken
      }
    }
  }

  func meaning(ofTaken name: String) async throws -> Digest? {
    if let digest = known[name] { return digest }
    return try await store.meaning(ofTaken: name)
  }

  func referrers(of subject: Digest) async throws -> Set<Digest> { try await store.referrers(of: subject) }

  func list(_ document: ImageDocument, of subject: Digest) async throws -> Bool {
    try await store.list(document, of: subject)
  }

  func take(_ document: ImageDocument, named name: String?) async throws -> TakenDocument {
    try await store.take(document, named: name)
  }
}
