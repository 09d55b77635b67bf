import BlobTransfer
import FileAccess
import ImageCopy
import ImageModel
import NIOCore
import RegistryClient
import Synchronization
import Waiting

/// Blobs of registries, each fetched once however many ask for it, and streamed while it is kept.
final class BlobCache: Sendable {
  /// How far behind what is there a range may begin that waits for it; one further on is fetched by itself.
  private static let patience: Int64 = 64 << 20

  private struct Run {
    let number: Int
    let fill: BlobFill
    let task: Task<Void, Never>
    var readers = 0
  }

  private struct State {
    var runs: [Digest: Run] = [:]
    var count = 0
  }

  /// Asks a registry for a range of a blob. Of all of a blob the last 64 KiB come once its digest is right.
  typealias Fetch = @Sendable (Range<Int64>, any ByteSink) async throws -> Void

  let folder: CacheFolder
  private let observe: @Sendable (any Error) -> Void
  private let state = Mutex(State())

  /// - Parameter observe: told why a blob could not be kept.
  init(_ folder: CacheFolder, observe: @escaping @Sendable (any Error) -> Void) {
    self.folder = folder
    self.observe = observe
  }

  /// Hands a range of a blob over: from the cache, from what comes into it, or from the registry.
  ///
  /// - Throws: what `fetch` throws; `FileError`; what `writer` throws; `CancellationError`.
  func send(
    _ blob: Descriptor, _ range: Range<Int64>, to writer: any AnswerWriter, fetch: @escaping Fetch
  ) async throws {
    var rest = range
    if let stored = try await stored(blob) {
      rest = try await stored.send(range, to: writer)..<range.upperBound
    } else if let (number, fill) = try await join(blob, for: range, fetch) {
      do { rest = try await fill.send(range, to: writer)..<range.upperBound } catch {
        leave(blob.digest, number)
        throw error
      }
      // Who has the last of it sees to it that it is kept.
      if rest.isEmpty { await leave(blob.digest, number)?.value } else { leave(blob.digest, number) }
    }
    if !rest.isEmpty { try await fetch(rest, WriterSink(writer: writer)) }
  }

  /// Fetches a blob for somebody who is going to want it, until ``leave(_:_:)``.
  ///
  /// - Returns: what stands for that wish; nil where the blob is kept already, or cannot be.
  /// - Throws: `CancellationError`.
  func begin(_ blob: Descriptor, fetch: @escaping Fetch) async throws -> Int? {
    if folder.size(of: blob.digest) != nil { return nil }
    return try await join(blob, for: 0..<blob.size, fetch)?.number
  }

  /// Whether a blob is kept, or on its way into the cache.
  func isHere(_ digest: Digest) -> Bool {
    folder.size(of: digest) != nil || state.withLock { $0.runs[digest] != nil }
  }

  /// A blob that is kept; nil where it is not, or has another size than somebody says.
  func stored(_ blob: Descriptor) async throws -> BlobFill? {
    let found = try await stored(blob.digest)
    return found?.size == blob.size ? found : nil
  }

  /// A blob that is kept; nil where it is not.
  func stored(_ digest: Digest) async throws -> BlobFill? {
    try await Workers.current.run { [folder] in
      guard let size = folder.size(of: digest), let draft = folder.open(digest) else { return nil }
      return BlobFill(complete: draft, size: size)
    }
  }

  /// What comes into the cache, begun where nobody has; nil where a range is too far off, or there is no room for a draft.
  private func join(
    _ blob: Descriptor, for range: Range<Int64>, _ fetch: @escaping Fetch
  ) async throws -> (number: Int, fill: BlobFill)? {
    guard blob.size <= folder.limit else { return nil }
    let isNear = { (fill: BlobFill?) in range.lowerBound <= (fill?.position ?? 0) + Self.patience }
    if let known = enter(blob.digest) {
      // Who says that it has another size is told by the registry.
      if isNear(known.fill), known.fill.size == blob.size { return known }
      leave(blob.digest, known.number)
      return nil
    }
    guard isNear(nil) else { return nil }
    let draft: CacheFolder.Draft
    do { draft = try await Workers.current.run { [folder] in try folder.makeDraft() } } catch let error as FileError {
      observe(error)
      return nil
    }
    let fill = BlobFill(draft, size: blob.size) { [observe] in
      observe(FileError.system(.write, draft.path, $0))
    }
    let joined = state.withLock { state -> (number: Int, fill: BlobFill)? in
      if let known = state.runs[blob.digest] {
        state.runs[blob.digest]?.readers += 1
        return (known.number, known.fill)
      }
      // It was kept, and its run ended, since it was looked for.
      if folder.size(of: blob.digest) != nil { return nil }
      state.count += 1
      let number = state.count
      state.runs[blob.digest] = Run(
        number: number, fill: fill,
        task: Task { await self.run(fill, draft, blob, number, fetch) }, readers: 1)
      return (number, fill)
    }
    if joined?.fill !== fill { try? await Workers.current.runAlsoCancelled { [folder] in folder.drop(draft) } }
    if let joined { return joined }
    // No run has this number.
    return try await stored(blob).map { (0, $0) }
  }

  private func enter(_ digest: Digest) -> (number: Int, fill: BlobFill)? {
    state.withLock { state in
      guard let run = state.runs[digest] else { return nil }
      state.runs[digest]?.readers += 1
      return (run.number, run.fill)
    }
  }

  /// A blob that nobody reads any more is not fetched any further; what is there as a whole is kept.
  ///
  /// - Returns: what keeps it, where nobody else reads it.
  @discardableResult
  func leave(_ digest: Digest, _ number: Int) -> Task<Void, Never>? {
    let (task, isUnwanted) = state.withLock { state -> (Task<Void, Never>?, Bool) in
      guard var run = state.runs[digest], run.number == number else { return (nil, false) }
      run.readers -= 1
      let isWhole = run.fill.position >= run.fill.size
      state.runs[digest] = run.readers > 0 || isWhole ? run : nil
      return run.readers > 0 ? (nil, false) : (run.task, !isWhole)
    }
    guard isUnwanted else { return task }
    task?.cancel()
    return nil
  }

  private func run(
    _ fill: BlobFill, _ draft: CacheFolder.Draft, _ blob: Descriptor, _ number: Int, _ fetch: Fetch
  ) async {
    do {
      try await fetch(0..<blob.size, fill)
      do {
        try await Workers.current.run { [folder] in
          guard fill.isStored else { return folder.drop(draft) }
          try folder.keep(draft, as: blob.digest, size: blob.size)
        }
      } catch {
        // Whoever reads it has it all the same.
        folder.drop(draft)
        observe(error)
      }
    } catch {
      folder.drop(draft)
      fill.failed(error)
      if !(error is CancellationError || error is RegistryError) { observe(error) }
    }
    state.withLock { state in
      if state.runs[blob.digest]?.number == number { state.runs[blob.digest] = nil }
    }
  }
}

private struct WriterSink: ByteSink {
  let writer: any AnswerWriter

  func write(_ bytes: ByteBuffer) async throws { try await writer.write(bytes) }
}
