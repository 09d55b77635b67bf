import FileAccess
import ImageModel
import SystemPackage

/// The unfinished files of blobs whose digests are not known yet: a folder beside those of the blobs, whose name no reader
/// of a layout takes for an algorithm. One process at a time has it.
package final class LayoutUploads: Sendable {
  private let store: LayoutStore
  private let folder: Folder
  private let lock: FileDescriptor

  /// Removes what a process left that was killed.
  ///
  /// - Throws: ``FileError/lockedByOther(_:)`` where another process has it.
  package init(of store: LayoutStore) throws(FileError) {
    self.store = store
    let blobs = FilePath(LayoutFolder.blobs)
    let path = store.path.pushing(blobs).appending(Self.name)
    _ = try store.openBlobs(.sha256)
    folder = try Folder(makingIfMissing: path)
    do { lock = try folder.open("lock", flags: O_CREAT) } catch { throw .system(.open, path, error) }
    do {
      _ = try lock.lock(waits: false)
      for name in try folder.names() where name.hasSuffix(Self.suffix) { try folder.remove(name) }
      store.removeDrafts()
    } catch {
      try? lock.close()
      if error as? Errno == .wouldBlock { throw .lockedByOther(path) }
      throw error as? FileError ?? .system(.lock, path, error as? Errno ?? .ioError)
    }
  }

  deinit {
    lock.unlock()
    try? lock.close()
  }

  private static let name = ".uploads"
  private static let suffix = ".part"

  /// The bytes that this user may still write to its disk.
  package var freeBytes: Int64 { folder.freeBytes }

  /// Begins a file. The name holds letters, digits and hyphens.
  package func begin(_ name: String) throws(FileError) -> LayoutUpload {
    let name = name + Self.suffix
    do {
      return LayoutUpload(
        file: try folder.open(name, flags: O_CREAT | O_EXCL), name: name, folder: folder, store: store)
    } catch { throw .system(.open, folder.path.appending(name), error) }
  }

  /// Copies a blob that stands elsewhere. Its bytes are believed for their digest alone.
  ///
  /// - Returns: whether the layout has the blob now: false where its source is gone or damaged.
  /// - Throws: `FileError`.
  package func copy(_ content: StoredContent, as digest: Digest) throws -> Bool {
    guard let file = try content.open() else { return false }
    let upload = try begin("copy-\(UInt64.random(in: .min ... .max))")
    do {
      var hasher = DigestHasher(digest.algorithm)
      let isWhole = try hasher.update(0..<content.size) { buffer, position in
        try content.read(from: file, at: position, into: buffer)
      } passed: { piece, end in
        try upload.write(piece, at: end - Int64(piece.count))
      }
      guard isWhole else { throw FileError.fileReplaced(content.path) }
      guard hasher.finalize() == digest else {
        try upload.discard()
        return false
      }
      try upload.commit(as: digest, count: content.size)
      return true
    } catch {
      try? upload.discard()
      throw error
    }
  }
}

/// A blob on its way into a layout. One thread at a time uses it.
package final class LayoutUpload: Sendable {
  private let file: FileDescriptor
  private let name: String
  private let folder: Folder
  private let store: LayoutStore

  init(file: FileDescriptor, name: String, folder: Folder, store: LayoutStore) {
    (self.file, self.name, self.folder, self.store) = (file, name, folder, store)
  }

  deinit { try? file.close() }

  package var path: FilePath { folder.path.appending(name) }

  /// Writes bytes to a place in the file.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
    do { _ = try file.writeAll(toAbsoluteOffset: offset, bytes) } catch {
      let error = error as? Errno ?? .ioError
      guard error == .noSpace || error == .diskQuotaExceeded else { throw .system(.write, path, error) }
      throw .noSpace(path, needed: Int64(bytes.count), free: folder.freeBytes)
    }
  }

  /// The digest of the first bytes of the file, read back.
  package func digest(_ algorithm: Digest.Algorithm, count: Int64) throws(FileError) -> Digest {
    var hasher = DigestHasher(algorithm)
    do {
      let isWhole = try hasher.update(0..<count) { try file.readFully(into: $0, at: $1) }
      guard isWhole else { throw FileError.fileReplaced(path) }
    } catch { throw error as? FileError ?? .system(.read, path, error as? Errno ?? .ioError) }
    return hasher.finalize()
  }

  /// Gives the file, whose first `count` bytes have this digest, the name of a blob.
  package func commit(as digest: Digest, count: Int64) throws(FileError) {
    // The same blob may have come by another upload.
    guard store.content(of: digest)?.size != count else { return try discard() }
    let blobs = try store.openBlobs(digest.algorithm)
    try store.makeWay(for: digest, in: blobs)
    do {
      // A try that failed may have written more.
      try Errno.check { ftruncate(file.rawValue, off_t(count)) }
      try file.setMode(0o666 & ~ProcessUmask.value)
      try file.synchronize()
    } catch { throw .system(.synchronize, path, error) }
    try folder.move(name, to: blobs, as: digest.hexadecimal)
    try blobs.synchronize()
  }

  /// Removes the file.
  package func discard() throws(FileError) { try folder.remove(name) }
}
