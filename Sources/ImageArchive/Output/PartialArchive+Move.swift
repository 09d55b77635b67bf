import FileAccess
import SystemPackage

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
  public func move(_ moves: [Move]) throws(FileError) {
    guard moves.contains(where: { $0.from != $0.to }) else { return }
    let aside = try nameless()
    do {
      defer { try? aside.close() }
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      for move in moves {
        try Self.copy(
          move.count, &buffer, from: { try read(into: $0, at: move.from + $1) },
          to: { _ = try aside.writeAll(toAbsoluteOffset: move.from + $1, $0) })
      }
      for move in moves {
        try Self.copy(
          move.count, &buffer, from: { try aside.readFully(into: $0, at: move.from + $1) },
          to: { try write($0, at: move.to + $1) })
      }
    } catch {
      let count = moves.reduce(0) { $0 + $1.count }
      throw error as? FileError ?? failure(of: .write, error as? Errno ?? .ioError, needed: count)
    }
  }

  /// - Parameters:
  ///   - read: is told how many bytes have been copied.
  ///   - write: likewise.
  private static func copy(
    _ count: Int64, _ buffer: inout [UInt8], from read: (UnsafeMutableRawBufferPointer, Int64) throws -> Int,
    to write: (UnsafeRawBufferPointer, Int64) throws -> Void
  ) throws {
    var done: Int64 = 0
    while done < count {
      let wanted = Int(min(Int64(buffer.count), count - done))
      let found = try buffer.withUnsafeMutableBytes { bytes in
        try read(UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), done)
      }
      guard found > 0 else { return }
      try buffer.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<found]), done) }
      done += Int64(found)
    }
  }
}
