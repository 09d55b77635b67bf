import ImageArchive
import ImageModel
import NIOPosix

/// Writes a planned archive out of blobs that stand on disk: copied by the system, each digested from the copy while the
/// next piece is on its way, several blobs at a time.
struct BlobAssembly: Sendable {
  /// How much is copied at once, in bytes.
  private static let piece: Int64 = 8 << 20
  /// Blobs at the same time. Each has a piece that is copied and one that is digested.
  private static let width = 2

  let plan: ArchivePlan
  /// Where each blob of the plan stands, best first.
  let stored: [[StoredBlob]]
  private let tally: AssemblyTally

  /// - Parameter configs: which blobs are configs, for what is told.
  init(
    plan: ArchivePlan, stored: [[StoredBlob]], configs: Set<Digest>, stopwatch: Stopwatch,
    observe: @escaping @Sendable (PullProgress) -> Void
  ) {
    self.plan = plan
    self.stored = stored
    let blobs = plan.blobs.map {
      BlobProgress(digest: $0.digest, kind: configs.contains($0.digest) ? .config : .layer, size: $0.size)
    }
    tally = AssemblyTally(blobs, stopwatch: stopwatch, observe: observe)
  }

  /// - Throws: ``MergeError``; `ArchiveError`; `CancellationError`. Nothing is left behind then.
  func run(to output: OutputPath) async throws {
    let archive = try await NIOThreadPool.singleton.runIfActive { try PartialArchive(at: output) }
    do {
      try await NIOThreadPool.singleton.runIfActive {
        try archive.reserve(size: plan.size)
        for case .literal(let offset, let bytes) in plan.extents {
          try bytes.withUnsafeBytes { try archive.write($0, at: offset) }
        }
      }
      try await copyAll(into: archive)
      try await NIOThreadPool.singleton.runIfActive { try archive.commit() }
      tally.finished()
    } catch {
      try? archive.discard()
      throw error
    }
  }

  private func copyAll(into archive: PartialArchive) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      // The longest first: the last one to end is then a short one.
      var rest = plan.blobs.indices.sorted { plan.blobs[$0].size > plan.blobs[$1].size }[...]
      for _ in 0..<Self.width {
        if let index = rest.popFirst() { group.addTask { try await copy(index, into: archive) } }
      }
      while try await group.next() != nil {
        if let index = rest.popFirst() { group.addTask { try await copy(index, into: archive) } }
      }
    }
  }

  private func copy(_ index: Int, into archive: PartialArchive) async throws {
    let blob = plan.blobs[index]
    for source in stored[index] {
      if try await copy(blob, index, from: source, into: archive) { return tally.placed(index, blob.size) }
    }
    throw MergeError.wrongBlob(blob.digest, path: stored[index].last?.path.string ?? "")
  }

  /// - Returns: whether the copy has the right digest.
  private func copy(
    _ blob: ArchivePlan.Blob, _ index: Int, from source: StoredBlob, into archive: PartialArchive
  ) async throws -> Bool {
    guard let file = try await NIOThreadPool.singleton.runIfActive({ try source.open() }) else { return false }
    var hasher = DigestHasher(blob.digest.algorithm)
    var copied: Range<Int64>?
    var position: Int64 = 0
    while position < blob.size {
      try Task.checkCancellation()
      let piece = position..<min(position + Self.piece, blob.size)
      async let count = NIOThreadPool.singleton.runIfActive {
        try archive.copy(source, from: file, piece, to: blob.offset)
      }
      if let copied { hasher = try await digested(copied, of: blob, in: archive, hasher) }
      guard try await count == piece.upperBound - piece.lowerBound else { return false }
      copied = piece
      position = piece.upperBound
      tally.placed(index, position)
    }
    if let copied { hasher = try await digested(copied, of: blob, in: archive, hasher) }
    return hasher.finalize() == blob.digest
  }

  /// Takes up bytes of the copy, not of what was copied: they are what the archive will hold.
  private func digested(
    _ range: Range<Int64>, of blob: ArchivePlan.Blob, in archive: PartialArchive, _ hasher: DigestHasher
  ) async throws -> DigestHasher {
    try await NIOThreadPool.singleton.runIfActive {
      var hasher = hasher
      try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 64) { buffer in
        var position = range.lowerBound
        while position < range.upperBound {
          let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
          let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
          let count = try archive.read(into: part, at: blob.offset + position)
          hasher.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
          guard count > 0 else { break }
          position += Int64(count)
        }
      }
      return hasher
    }
  }
}
