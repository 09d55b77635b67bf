import CZlib

/// Decompresses small bodies in memory.
package enum Inflation {
  private static let pieceSize = 64 << 10

  /// The content of gzip members (RFC 1952), one behind another.
  ///
  /// - Parameter limit: the most bytes that the result may have; no more than that and a piece of 64 KiB are ever made.
  package static func gzip(_ bytes: [UInt8], limit: Int) throws(ContentEncoding.Failure) -> [UInt8] {
    var stream = z_stream()
    // 15: the largest window; 16: with a gzip header.
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .damaged
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    return try input.withUnsafeMutableBufferPointer { input throws(ContentEncoding.Failure) in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(clamping: input.count)
      return try inflate(&stream, limit: limit)
    }
  }

  private static func inflate(_ stream: inout z_stream, limit: Int) throws(ContentEncoding.Failure) -> [UInt8] {
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: pieceSize)
    while true {
      let (status, count) = piece.withUnsafeMutableBufferPointer { piece -> (CInt, Int) in
        stream.next_out = piece.baseAddress
        stream.avail_out = UInt32(piece.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (status, piece.count - Int(stream.avail_out))
      }
      guard result.count + count <= limit else { throw .tooLong(limit: limit) }
      result += piece[..<count]
      switch status {
      case Z_OK where count > 0: continue
      case Z_STREAM_END where stream.avail_in == 0: return result
      case Z_STREAM_END where inflateReset(&stream) == Z_OK: continue
      default: throw .damaged
      }
    }
  }
}
