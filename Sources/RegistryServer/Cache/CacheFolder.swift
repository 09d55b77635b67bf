import FileAccess
import ImageModel
import Synchronization
import SystemPackage

/// The files of a cache: blobs under the names of their digests, complete and checked, and drafts of those that are on their way.
/// What was not used for longest goes when there is no room.
final class CacheFolder: Sendable {
  private static let lockName = "lock"
  private static let draftPrefix = ".draft-"
  private static let entryLimit = 1_000_000

  private struct Entry {
    let size: Int64
    var use: Int
  }

  private struct State {
    var entries: [Digest: Entry] = [:]
    var total: Int64 = 0
    var uses = 0
    var drafts = 0
  }

  /// Bytes.
  let limit: Int64
  private let folder: Folder
  private let lock: FileDescriptor
  private let state = Mutex(State())

  var path: FilePath { folder.path }

  /// Opens a folder, which is made where it is missing, and removes what another run left unfinished.
  ///
  /// - Throws: `FileError`; of another process that uses it `lockedByOther`.
  init(_ path: FilePath, limit: Int64) throws(FileError) {
    self.limit = limit
    folder = try Folder(makingIfMissing: path)
    try folder.checkWritable()
    do { lock = try folder.open(Self.lockName, flags: O_CREAT) } catch {
      throw .system(.open, path.appending(Self.lockName), error)
    }
    do { _ = try lock.lock(waits: false) } catch {
      try? lock.close()
      throw error == .wouldBlock ? .lockedByOther(path) : .system(.lock, path.appending(Self.lockName), error)
    }
    let names: [String]
    do { names = try folder.names(limit: Self.entryLimit) } catch { throw .system(.read, path, error) }
    var found: [(digest: Digest, size: Int64, time: Int64)] = []
    for name in names {
      if name.hasPrefix(Self.draftPrefix) { try folder.remove(name) }
      guard let digest = Self.digest(name), let status = try folder.status(of: name), status.type == .regular else {
        continue
      }
      found.append((digest, status.size, Int64(status.st_atim.tv_sec)))
    }
    state.withLock { state in
      for (digest, size, _) in found.sorted(by: { $0.time < $1.time }) {
        state.uses += 1
        state.entries[digest] = Entry(size: size, use: state.uses)
        state.total += size
      }
    }
    try makeRoom(for: 0)
  }

  deinit {
    lock.unlock()
    try? lock.close()
  }

  /// A file that is written, and read meanwhile. Once nobody holds it any more it is closed.
  final class Draft: Sendable {
    fileprivate let name: String
    let path: FilePath
    let file: FileDescriptor

    fileprivate init(_ name: String, in folder: FilePath, _ file: FileDescriptor) {
      self.name = name
      path = folder.appending(name)
      self.file = file
    }

    deinit { try? file.close() }
  }

  /// How large a blob is that is there.
  func size(of digest: Digest) -> Int64? { state.withLock { $0.entries[digest]?.size } }

  /// Opens a blob, which can be read for as long as it is held; nil where it is not there. One that somebody has written to is
  /// read through first, and removed unless it is right.
  func open(_ digest: Digest) -> Draft? {
    let isKnown = state.withLock { state in
      state.uses += 1
      state.entries[digest]?.use = state.uses
      return state.entries[digest] != nil
    }
    guard isKnown else { return nil }
    let name = Self.name(digest)
    let draft: Draft
    do { draft = Draft(name, in: path, try folder.openToRead(name)) } catch {
      // For want of descriptors, say, it cannot be opened now, and is there all the same.
      if error == .noSuchFileOrDirectory { forget(digest) }
      return nil
    }
    // What cannot be read now may be right all the same.
    guard let isRight = try? isRight(draft, digest) else { return nil }
    guard isRight else {
      try? folder.remove(name)
      forget(digest)
      return nil
    }
    return draft
  }

  private func isRight(_ draft: Draft, _ digest: Digest) throws -> Bool {
    let status = try draft.file.stat()
    if status.size == size(of: digest), status.isMarkedUnchanged { return true }
    var hasher = DigestHasher(digest.algorithm)
    let isWhole = try hasher.update(0..<status.size) { try draft.file.readFully(into: $0, at: $1) }
    guard isWhole, hasher.finalize() == digest else { return false }
    // Where that is not possible, it is read through each time.
    try? draft.file.markUnchanged()
    state.withLock { state in
      guard let former = state.entries[digest] else { return }
      state.total += status.size - former.size
      state.entries[digest] = Entry(size: status.size, use: former.use)
    }
    return true
  }

  /// All of a small blob.
  func bytes(of digest: Digest, limit: Int) -> [UInt8]? {
    guard let size = size(of: digest), size <= limit, let draft = open(digest),
      let bytes = try? draft.file.bytes(limit: limit), bytes.count == size
    else { return nil }
    return bytes
  }

  /// - Throws: `FileError`.
  func makeDraft() throws -> Draft {
    let number = state.withLock { state in
      state.drafts += 1
      return state.drafts
    }
    let name = "\(Self.draftPrefix)\(number)"
    do { return Draft(name, in: path, try folder.open(name, flags: O_CREAT | O_TRUNC)) } catch {
      throw FileError.system(.open, folder.path.appending(name), error)
    }
  }

  /// Gives a complete and checked draft its name.
  ///
  /// - Throws: `FileError`.
  func keep(_ draft: Draft, as digest: Digest, size: Int64) throws(FileError) {
    do { try draft.file.synchronize(dataOnly: true) } catch {
      throw .system(.synchronize, folder.path.appending(draft.name), error)
    }
    try? draft.file.markUnchanged()
    try makeRoom(for: size)
    try folder.rename(draft.name, to: Self.name(digest))
    state.withLock { state in
      state.uses += 1
      if let former = state.entries[digest] { state.total -= former.size }
      state.entries[digest] = Entry(size: size, use: state.uses)
      state.total += size
    }
  }

  func drop(_ draft: Draft) { try? folder.remove(draft.name) }

  /// Keeps a small blob whose digest is known to be right.
  ///
  /// - Throws: `FileError`; `Errno`.
  func keep(_ bytes: [UInt8], as digest: Digest) throws {
    guard size(of: digest) == nil, Int64(bytes.count) <= limit else { return }
    let draft = try makeDraft()
    do {
      _ = try draft.file.writeAll(bytes)
      try keep(draft, as: digest, size: Int64(bytes.count))
    } catch {
      drop(draft)
      throw error
    }
  }

  private func makeRoom(for size: Int64) throws(FileError) {
    while let name = next(toFree: size) { try folder.remove(name) }
  }

  /// Takes what was used least recently out of the account; nil where there is room.
  private func next(toFree size: Int64) -> String? {
    state.withLock { state in
      guard state.total + size > limit, let oldest = state.entries.min(by: { $0.value.use < $1.value.use }) else {
        return nil
      }
      state.entries[oldest.key] = nil
      state.total -= oldest.value.size
      return Self.name(oldest.key)
    }
  }

  private func forget(_ digest: Digest) {
    state.withLock { state in
      if let former = state.entries.removeValue(forKey: digest) { state.total -= former.size }
    }
  }

  private static func name(_ digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hexadecimal)" }

  private static func digest(_ name: String) -> Digest? {
    let parts = name.split(separator: "-", maxSplits: 1)
    return parts.count == 2 ? try? Digest(parsing: "\(parts[0]):\(parts[1])") : nil
  }
}
