import FileAccess
import Synchronization
import SystemPackage

/// The files of an archive that is being written: one, or volumes of equal size, the last one smaller. The first is the
/// one that is locked.
final class PartialVolumes: Sendable {
  private let output: OutputPath
  private let folder: Folder
  let first: FileDescriptor
  /// Those behind the first.
  private let others = Mutex<[FileDescriptor]>([])
  /// The list of the volumes' checksums, where it was made ahead.
  private let sums = Mutex<String?>(nil)

  /// - Parameter goesOn: whether an earlier run left something. It may have been ended while it gave volumes their names.
  init(_ output: OutputPath, first: FileDescriptor, goesOn: Bool, in folder: Folder) throws(FileError) {
    self.output = output
    self.folder = folder
    self.first = first
    guard goesOn, output.volumeSize != nil else { return }
    // Where the first one has its name, all others with theirs are an older archive's: that one's name goes first.
    let wasEndedWhileNaming = try folder.status(of: output.name) == nil
    for number in 2...ArchiveVolumes.limit {
      let (name, partial) = (output.volumeName(number), output.partialVolumeName(number))
      if try folder.status(of: partial) == nil {
        guard wasEndedWhileNaming, try folder.status(of: name) != nil else { break }
        try folder.rename(name, to: partial)
      }
      try open(number, make: false)
    }
  }

  deinit { others.withLock { for file in $0 { try? file.close() } } }

  /// All files, in their order.
  var files: [FileDescriptor] { [first] + others.withLock { $0 } }

  /// The file in which a byte of the archive stands, its place there, and how many bytes that file has room for from
  /// there on; nil behind the last volume.
  func place(of position: Int64) -> (file: FileDescriptor, offset: Int64, room: Int64)? {
    guard let size = output.volumeSize, position >= size else {
      return (first, position, (output.volumeSize ?? .max) - position)
    }
    let (volume, offset) = position.quotientAndRemainder(dividingBy: size)
    let file = others.withLock { volume <= $0.count ? $0[Int(volume) - 1] : nil }
    return file.map { ($0, offset, size - offset) }
  }

  /// Gives the files the size of the archive and the disk blocks for it, unless they are larger.
  func grow(to size: Int64) throws(ArchiveError) {
    guard let last = files.last else { return }
    let lastSize: Int64
    do { lastSize = try last.stat().size } catch { throw .file(.system(.inspect, output.partialPath, error)) }
    let present = Int64(files.count - 1) * (output.volumeSize ?? 0) + lastSize
    if present < size { try reserve(size) }
  }

  /// Gives the files the size of the archive and the disk blocks for it.
  func reserve(_ size: Int64) throws(ArchiveError) {
    guard let volumeSize = output.volumeSize else {
      return try ArchiveError.ofFiles { () throws(FileError) in
        try FileReservation.reserve(size, for: first, at: output.partialPath)
      }
    }
    let count = max(1, (size + volumeSize - 1) / volumeSize)
    guard count <= ArchiveVolumes.limit else {
      throw .tooManyVolumes(output.path, count: count, limit: ArchiveVolumes.limit)
    }
    try ArchiveError.ofFiles { () throws(FileError) in try reserve(size, volumes: Int(count), of: volumeSize) }
  }

  private func reserve(_ size: Int64, volumes count: Int, of volumeSize: Int64) throws(FileError) {
    while files.count < count { try open(files.count + 1, make: true) }
    while files.count > count {
      try folder.remove(output.partialVolumeName(files.count))
      others.withLock { try? $0.removeLast().close() }
    }
    for (index, file) in files.enumerated() {
      let rest = size - Int64(index) * volumeSize
      try FileReservation.reserve(
        min(rest, volumeSize), for: file, at: output.folder.appending(output.partialVolumeName(index + 1)))
    }
  }

  private func open(_ number: Int, make: Bool) throws(FileError) {
    let name = output.partialVolumeName(number)
    let path = output.folder.appending(name)
    let file: FileDescriptor
    do { file = try folder.open(name, flags: make ? O_CREAT : 0) } catch { throw .system(.open, path, error) }
    do {
      guard try folder.trusts(file.stat()) else { throw FileError.untrustedFile(path) }
      try file.setMode(S_IRUSR | S_IWUSR)
    } catch {
      try? file.close()
      throw error as? FileError ?? .system(.open, path, error as? Errno ?? .ioError)
    }
    others.withLock { $0.append(file) }
  }

  /// Gives complete volumes their names, the first one last: until then nobody reads them. What is left of an older,
  /// larger archive goes.
  func rename() throws(FileError) {
    let made = sums.withLock { $0 }
    let list = if let made { made } else { try checksums { true } }
    try folder.remove(output.name)
    let count = files.count
    for number in 2...max(2, count) where number <= count {
      try folder.rename(output.partialVolumeName(number), to: output.volumeName(number))
    }
    for number in (count + 1)...(ArchiveVolumes.limit + 1) {
      guard try folder.status(of: output.volumeName(number)) != nil else { break }
      try folder.remove(output.volumeName(number))
    }
    try folder.replace(output.checksumsName, with: Array(list.utf8))
  }

  /// Removes the volumes behind the first one.
  func discard() throws(FileError) {
    for number in files.indices.dropFirst() { try folder.remove(output.partialVolumeName(number + 1)) }
  }

  /// Makes the list of the checksums, for which all volumes are read.
  ///
  /// - Parameter goesOn: asked again and again whether the list is still wanted.
  func makeChecksums(while goesOn: () -> Bool) throws(FileError) {
    let list = try checksums(while: goesOn)
    if goesOn() { sums.withLock { $0 = list } }
  }

  /// A line for each volume, as `sha256sum` writes and checks it.
  private func checksums(while goesOn: () -> Bool) throws(FileError) -> String {
    var list = ""
    for (index, file) in files.enumerated() {
      let digest: String
      do { digest = try file.checksum(while: goesOn) } catch {
        throw .system(.read, output.folder.appending(output.partialVolumeName(index + 1)), error as? Errno ?? .ioError)
      }
      list += "\(digest)  \(output.volumeName(index + 1))\n"
    }
    return list
  }
}
