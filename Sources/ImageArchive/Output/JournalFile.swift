import FileAccess
import Synchronization
import SystemPackage

/// The journal of an unfinished archive on disk. Whoever holds the lock on the archive owns it.
final class JournalFile: Sendable {
  /// The largest journal that is read, in bytes. A checkpoint adds about 200.
  private static let sizeLimit = 64 << 20

  /// What the file held; nil where there was none that could be read.
  let found: TransferJournal?
  /// Whether there was a file that is no journal.
  let isUnusable: Bool

  private let output: OutputPath
  /// The name of a journal that is being written.
  private var draft: String { output.journalName + ".new" }
  private let folder: Folder
  private let file = Mutex<FileDescriptor?>(nil)

  init(at output: OutputPath, in folder: Folder) throws(FileError) {
    self.output = output
    self.folder = folder
    let bytes = try Self.contents(at: output, in: folder)
    found = bytes.flatMap { TransferJournal(parsing: $0, boot: BootIdentifier.current) }
    isUnusable = bytes != nil && found == nil
  }

  deinit { close() }

  /// Windows' file systems neither remove a file that is open nor put another in its place.
  private func close() {
    file.withLock { file in
      try? file?.close()
      file = nil
    }
  }

  /// Puts a new journal in the place of the old one, which stays whole until then.
  func replace(with journal: TransferJournal) throws(FileError) {
    try folder.remove(draft)
    let new: FileDescriptor
    do { new = try folder.open(draft, flags: O_CREAT | O_EXCL | O_APPEND) } catch {
      throw .system(.open, output.journalPath, error)
    }
    do {
      try new.setMode(S_IRUSR | S_IWUSR)
      try new.writeAll(journal.encoded(boot: BootIdentifier.current))
      try new.synchronize()
      close()
      try folder.rename(draft, to: output.journalName)
    } catch {
      try? new.close()
      try? folder.remove(draft)
      throw error as? FileError ?? .system(.write, output.journalPath, error as? Errno ?? .ioError)
    }
    file.withLock { $0 = new }
  }

  /// Adds lines to the journal that ``replace(with:)`` made.
  ///
  /// - Parameter lasts: make the journal last through a power cut.
  func append(_ lines: [UInt8], lasts: Bool = false) throws(FileError) {
    do {
      try file.withLock { file in
        try file?.writeAll(lines)
        if lasts { try file?.synchronize() }
      }
    } catch { throw .system(.write, output.journalPath, error as? Errno ?? .ioError) }
  }

  /// How many bytes of lines there are by now.
  func length() throws(FileError) -> Int64 {
    do {
      return try file.withLock { file in try file?.stat().size ?? 0 }
    } catch { throw .system(.inspect, output.journalPath, error as? Errno ?? .ioError) }
  }

  func remove() throws(FileError) {
    close()
    try folder.remove(draft)
    try folder.remove(output.journalName)
  }

  /// Nil where there is no journal; empty where it is too large to be one.
  private static func contents(at output: OutputPath, in folder: Folder) throws(FileError) -> [UInt8]? {
    guard let status = try folder.status(of: output.journalName) else { return nil }
    guard try folder.trusts(status) else { throw .untrustedFile(output.journalPath) }
    do {
      let file = try folder.open(output.journalName, flags: 0)
      defer { try? file.close() }
      // The file may be another one by now.
      let status = try file.stat()
      guard try folder.trusts(status) else { throw FileError.untrustedFile(output.journalPath) }
      guard status.size <= sizeLimit else { return [] }
      var bytes = [UInt8](repeating: 0, count: Int(status.size))
      let count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, at: 0) }
      return Array(bytes[..<count])
    } catch {
      throw error as? FileError ?? .system(.read, output.journalPath, error as? Errno ?? .ioError)
    }
  }
}

extension FileDescriptor {
  fileprivate func writeAll(_ bytes: [UInt8]) throws(Errno) {
    do { _ = try writeAll(bytes) as Int } catch { throw error as? Errno ?? .ioError }
  }
}
