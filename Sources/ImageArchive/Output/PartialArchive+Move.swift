import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension PartialArchive {
  /// Bytes of the unfinished file that belong to another place of it.
  public struct Move: Sendable, Hashable {
    public let from: Int64
    public let to: Int64
    /// Bytes.
    public let count: Int64

    public init(from: Int64, to: Int64, count: Int64) {
      self.from = from
      self.to = to
      self.count = count
    }
  }

  /// Brings bytes to other places. They go through a file without a name, so that none is overwritten before it has
  /// been read; nothing is copied where every place stays as it is.
  ///
  /// The journal is wrong about the file from here on: begin a new one.
  public func move(_ moves: [Move]) throws(ArchiveError) {
    guard moves.contains(where: { $0.from != $0.to }) else { return }
    let aside = try nameless()
    do {
      defer { try? aside.close() }
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      for move in moves { try copy(from: unfinished, at: move.from, to: aside, at: move.from, move.count, &buffer) }
      for move in moves { try copy(from: aside, at: move.from, to: unfinished, at: move.to, move.count, &buffer) }
    } catch {
      let count = moves.reduce(0) { $0 + $1.count }
      throw error as? ArchiveError ?? failure(of: .write, error as? Errno ?? .ioError, needed: count)
    }
  }

  private func copy(
    from source: FileDescriptor, at start: Int64, to target: FileDescriptor, at end: Int64, _ count: Int64,
    _ buffer: inout [UInt8]
  ) throws {
    var done: Int64 = 0
    while done < count {
      let wanted = Int(min(Int64(buffer.count), count - done))
      let read = try buffer.withUnsafeMutableBytes { bytes in
        try source.readFully(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), at: start + done)
      }
      guard read > 0 else { return }
      _ = try buffer.withUnsafeBytes { bytes in
        try target.writeAll(toAbsoluteOffset: end + done, UnsafeRawBufferPointer(rebasing: bytes[..<read]))
      }
      done += Int64(read)
    }
  }
}
