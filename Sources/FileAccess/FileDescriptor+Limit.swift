import SystemPackage

extension FileDescriptor {
  /// Reads on from where the file stands, up to its end, but no more than `limit` bytes. Who has to tell a file that is
  /// too large asks for one byte more than it takes.
  ///
  /// No more memory is taken than there are bytes: what is read may be a pipe, or a device without an end.
  ///
  /// - Throws: `Errno`.
  package func bytes(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(limit, 64 << 10))
    while bytes.count < limit {
      let count = try piece.withUnsafeMutableBytes {
        try read(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(limit - bytes.count)))
      }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return bytes
  }

  /// Opens a file, reads `limit` bytes of it at most, and closes it.
  ///
  /// - Throws: `Errno`.
  package static func bytes(of path: FilePath, limit: Int) throws -> [UInt8] {
    let file = try open(path, .readOnly, options: .closeOnExec)
    return try file.closeAfter { try file.bytes(limit: limit) }
  }
}
