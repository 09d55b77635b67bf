import FileAccess
import SystemPackage

/// The bytes of an open archive: those of one file, or of volumes that follow one another (`bundle.tar.001`,
/// `bundle.tar.002` …).
public final class ArchiveBytes: Sendable {
  private struct Volume {
    let file: FileDescriptor
    /// Where its first byte is in the whole.
    let start: Int64
    let size: Int64
  }

  private let volumes: [Volume]
  /// Bytes.
  public let size: Int64
  let identity: [FileIdentity]

  /// Takes over open files, in their order, and closes them in the end.
  ///
  /// - Throws: `Errno`; ``ArchiveFault`` where one of them is no regular file.
  init(_ files: [FileDescriptor]) throws {
    var volumes: [Volume] = []
    var identity: [FileIdentity] = []
    var size: Int64 = 0
    do {
      for file in files {
        let status = try file.stat()
        switch status.type {
        case .regular: break
        case .fifo, .socket, .characterSpecial: throw ArchiveFault.notAFileToRead
        default: throw ArchiveFault.notAnArchive
        }
        volumes.append(Volume(file: file, start: size, size: status.size))
        identity.append(FileIdentity(status))
        let (sum, overflow) = size.addingReportingOverflow(status.size)
        guard !overflow else { throw Errno.fileTooLarge }
        size = sum
      }
    } catch {
      for file in files { try? file.close() }
      throw error
    }
    self.volumes = volumes
    self.identity = identity
    self.size = size
  }

  /// - Throws: ``ArchiveError``.
  static func open(_ place: StoredPlace) throws(ArchiveError) -> ArchiveBytes {
    do { return try place.open() } catch { throw ArchiveError(error, .open, place.path) }
  }

  /// What its files are by now.
  ///
  /// - Throws: `Errno`.
  func currentIdentity() throws -> [FileIdentity] { try volumes.map { FileIdentity(try $0.file.stat()) } }

  deinit {
    for volume in volumes { try? volume.file.close() }
  }

  /// The file in which a byte stands, its place there, and how many bytes of the archive follow in that file, the byte
  /// itself included; nil behind the end.
  package func place(of position: Int64) -> (file: FileDescriptor, offset: Int64, count: Int64)? {
    guard position >= 0, let volume = volumes.last(where: { $0.start <= position }) else { return nil }
    let offset = position - volume.start
    return offset < volume.size ? (volume.file, offset, volume.size - offset) : nil
  }

  /// Reads from a place until the buffer is full or the archive ends; returns the number of bytes.
  public func readFully(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(Errno) -> Int {
    var filled = 0
    while filled < buffer.count, let place = place(of: position + Int64(filled)) {
      let wanted = min(Int64(buffer.count - filled), place.count)
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + Int(wanted))])
      let count = try place.file.readFully(into: part, at: place.offset)
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }
}
