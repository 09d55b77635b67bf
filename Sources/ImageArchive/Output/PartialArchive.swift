import FileAccess
import ImageModel
import Synchronization
import SystemPackage
import Waiting

/// An archive that is being written: the file `NAME.tar.part` and its journal, held by this process alone.
///
/// Bytes are written at their final places, from any thread. When all are there and checked, ``commit()`` gives the file
/// its name. If the process ends before that, both files stay, and the next one to open them goes on.
public final class PartialArchive: Sendable {
  public let output: OutputPath
  /// Whether the file was made now, and so holds nothing.
  public let isNew: Bool
  /// Whether another process had the file first. It may have finished the archive.
  public let waitedForOther: Bool
  /// What an earlier run wrote down; nil where there is no journal or none that can be read.
  ///
  /// A journal beside a file that ``isNew`` tells of a run that was ended just before or behind its last step: the
  /// archive may stand at the output path, complete.
  public let journal: TransferJournal?
  /// Whether there was a journal that could not be read.
  public let foundUnusableJournal: Bool
  /// Whether other processes are kept from the file: not on a file system without locks.
  public let isLocked: Bool

  private let folder: Folder
  private let volumes: PartialVolumes
  private var file: FileDescriptor { volumes.first }
  private let hasClaims = Atomic(false)
  /// Whether something was noted that may not last yet.
  private let isNoted = Atomic(false)
  private let journalFile: JournalFile
  /// Whether the file was to be removed while it is open, and was not.
  private let isLeft = Atomic(false)

  /// Opens the unfinished archive, or begins one, on a thread that may wait, and as long as another process has it tries again
  /// after each pause.
  ///
  /// `pause` decides how long to wait; what it throws ends the waiting.
  public static func open(
    at output: OutputPath, whileLocked pause: () async throws -> Void
  ) async throws -> PartialArchive {
    var waited = false
    while true {
      do {
        return try await Workers.current.run { [waited] in try PartialArchive(at: output, waitedForOther: waited) }
      } catch FileError.lockedByOther {}
      waited = true
      try await pause()
    }
  }

  /// Opens the unfinished archive, or begins one.
  ///
  /// Throws ``FileError/lockedByOther(_:)`` at once if another process has it.
  ///
  /// - Parameter waitedForOther: whether another process had it before.
  public init(at output: OutputPath, waitedForOther: Bool = false) throws(FileError) {
    let folder = try Folder(opening: output.folder)
    let file: FileDescriptor
    (file, isNew, isLocked) = try Self.openLocked(output, in: folder)
    do {
      let journalFile = try JournalFile(at: output, in: folder)
      journal = journalFile.found
      volumes = try PartialVolumes(output, first: file, goesOn: !isNew && journal != nil, in: folder)
      foundUnusableJournal = journalFile.isUnusable
      self.journalFile = journalFile
    } catch {
      if isNew { try? folder.remove(output.partialName) }
      try? file.close()
      throw error
    }
    self.output = output
    self.waitedForOther = waitedForOther
    self.folder = folder
    hasClaims.store(!isNew && journal?.blobs.isEmpty == false, ordering: .relaxed)
  }

  deinit {
    file.unlock()
    try? file.close()
    if isLeft.load(ordering: .relaxed) { try? folder.remove(output.partialName) }
  }

  /// Gives the file the size of the archive and the disk blocks for it.
  ///
  /// Throws ``FileError/noSpace(_:needed:free:)`` where there are not enough; a file that was made now is then gone.
  public func reserve(size: Int64) throws(ArchiveError) {
    do { try volumes.reserve(size) } catch {
      if isNew { try? discard() }
      throw error
    }
  }

  /// Does the same where the file is smaller, and leaves a larger one as it is.
  package func grow(to size: Int64) throws(ArchiveError) { try volumes.grow(to: size) }

  /// Writes bytes at a place in the archive.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
    var written = 0
    while written < bytes.count {
      guard let place = volumes.place(of: offset + Int64(written)) else {
        // There is room only for what was reserved.
        throw failure(of: .write, .invalidArgument, needed: 0)
      }
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...].prefix(Int(clamping: place.room)))
      do {
        let count = try place.file.write(toAbsoluteOffset: place.offset, rest)
        guard count > 0 else { throw Errno.ioError }
        written += count
      } catch {
        throw failure(of: .write, error as? Errno ?? .ioError, needed: Int64(rest.count))
      }
    }
  }

  /// Reads bytes from a place in the archive into all of `buffer`, and returns how many there were before the file's
  /// end.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int {
    var filled = 0
    while filled < buffer.count, let place = volumes.place(of: offset + Int64(filled)) {
      let wanted = min(buffer.count - filled, Int(clamping: place.room))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + wanted)])
      let count: Int
      do { count = try place.file.readFully(into: part, at: place.offset) } catch {
        throw failure(of: .read, error, needed: 0)
      }
      filled += count
      if count < wanted { break }
    }
    return filled
  }

  /// Makes every byte written so far last through a power cut.
  public func synchronize() throws(FileError) {
    for file in volumes.files {
      do { try file.synchronize(dataOnly: true) } catch { throw failure(of: .synchronize, error, needed: 0) }
    }
  }

  /// Replaces the journal by one that holds these claims and no others.
  ///
  /// - Parameters:
  ///   - plan: tells the layout of the file from all others: ``ArchivePlan/fingerprint``.
  ///   - images: what ``TransferJournal/images`` says.
  public func startJournal(
    plan: Digest, images: Set<String> = [], keeping claims: [TransferJournal.Claim] = []
  ) throws(FileError) {
    if !claims.isEmpty { try synchronize() }
    var journal = TransferJournal(plan: plan, images: images)
    for claim in claims { journal.insert(claim) }
    try journalFile.replace(with: journal)
    hasClaims.store(!claims.isEmpty, ordering: .relaxed)
  }

  /// Notes in the journal that these bytes have been written. Cheap, and callable from any thread.
  ///
  /// The note counts after this process has ended in whatever way, as long as the machine runs, since the page cache
  /// outlives a process; after a power cut it counts only if ``makeDurable()`` followed it.
  public func note(_ claims: [TransferJournal.Claim]) throws(FileError) {
    guard !claims.isEmpty else { return }
    hasClaims.store(true, ordering: .relaxed)
    isNoted.store(true, ordering: .relaxed)
    try journalFile.append(TransferJournal.encode(claims))
  }

  /// Makes everything noted so far last through a power cut.
  public func makeDurable() throws(FileError) {
    guard isNoted.exchange(false, ordering: .relaxed) else { return }
    let mark = try journalFile.length()
    try synchronize()
    try journalFile.append(TransferJournal.encodeDurable(upTo: mark), lasts: true)
  }

  /// Whether the file holds no byte of any blob that a journal knows of.
  public var holdsNothing: Bool { !hasClaims.load(ordering: .relaxed) }

  /// Reads what ``commit()`` needs to have read, so that it can be given up in between.
  ///
  /// - Parameter goesOn: asked again and again whether the archive is still wanted.
  package func prepareCommit(while goesOn: () -> Bool) throws(FileError) {
    if output.volumeSize != nil { try volumes.makeChecksums(while: goesOn) }
  }

  /// Gives the complete archive its name, in place of an older file of that name, and removes the journal.
  ///
  /// The file's mode becomes 0666 less the process's umask.
  ///
  /// - Parameter other: a name in the same folder; nil for that of the output.
  public func commit(as other: String? = nil) throws(FileError) {
    let name = other ?? output.name
    for file in volumes.files {
      do { try file.synchronize() } catch { throw failure(of: .synchronize, error, needed: 0) }
      do { try file.setMode(0o666 & ~ProcessUmask.value) } catch { throw failure(of: .write, error, needed: 0) }
    }
    guard try isInPlace() else { throw .fileReplaced(output.partialPath) }
    if try folder.status(of: name)?.type == .directory { throw .outputIsDirectory(output.folder.appending(name)) }
    if output.volumeSize != nil { try volumes.rename() }
    try folder.rename(output.partialName, to: name)
    try folder.synchronize()
    try journalFile.remove()
    try? folder.remove(asideName)
  }

  /// Removes the unfinished file and its journal.
  public func discard() throws(FileError) {
    if try isInPlace() {
      try volumes.discard()
      do { try folder.remove(output.partialName) } catch {
        guard case .system(_, _, .resourceBusy) = error else { throw error }
        // A file that is open is not removed everywhere: it goes when it is closed.
        isLeft.store(true, ordering: .relaxed)
      }
    }
    try journalFile.remove()
    try? folder.remove(asideName)
  }

  /// All files, in their order.
  var unfinished: [FileDescriptor] { volumes.files }

  /// As ``PartialVolumes/place(of:)``.
  func place(of position: Int64) -> (file: FileDescriptor, offset: Int64, room: Int64)? {
    volumes.place(of: position)
  }

  /// A file without a name in the same folder, for bytes on their way.
  func nameless() throws(FileError) -> FileDescriptor {
    try folder.remove(asideName)
    let file: FileDescriptor
    do { file = try folder.open(asideName, flags: O_CREAT | O_EXCL) } catch {
      throw .system(.open, output.folder.appending(asideName), error)
    }
    // Where an open file keeps its name, it goes with the unfinished file.
    try? folder.remove(asideName)
    return file
  }

  private var asideName: String { output.partialName + ".moved" }

  /// Whether the file is still the one of its name.
  private func isInPlace() throws(FileError) -> Bool {
    guard let named = try folder.status(of: output.partialName) else { return false }
    do { return try named.isSameFile(as: file.stat()) } catch { throw failure(of: .inspect, error, needed: 0) }
  }

  func failure(of operation: FileError.Operation, _ error: Errno, needed: Int64) -> FileError {
    switch error {
    case .noSpace, .diskQuotaExceeded:
      .noSpace(output.partialPath, needed: needed, free: FileReservation.freeBytes(of: file))
    default: .system(operation, output.partialPath, error)
    }
  }
}
