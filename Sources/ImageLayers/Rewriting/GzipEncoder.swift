import CZlib
import ImageModel

/// Compresses bytes as one gzip member (RFC 1952), always in the same way: no name, no time, one level. Equal bytes give
/// equal members.
package final class GzipEncoder {
  /// What `gzip` takes without being asked.
  private static let level: CInt = 6
  private static let outputSize = 256 << 10

  // zlib keeps the address of it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let output: UnsafeMutableRawBufferPointer

  package init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    output = .allocate(byteCount: Self.outputSize, alignment: 64)
    // 15: the largest window; 16: with a gzip header; 8: zlib's own measure of memory. It fails for want of memory alone.
    let status = deflateInit2_(
      stream, Self.level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot begin")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  /// Takes bytes, and gives on what becomes of them.
  ///
  /// - Throws: what `body` throws.
  package func add(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try run(bytes, Z_NO_FLUSH, body)
  }

  /// Gives on what is left, and the end of the member. To be called once.
  package func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH, body)
  }

  private func run(
    _ bytes: UnsafeRawBufferPointer, _ flush: CInt, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rest = bytes
    repeat {
      let given = UInt32(clamping: rest.count)
      stream.pointee.next_in = UnsafeMutableRawPointer(mutating: rest.baseAddress)?
        .assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = given
      repeat {
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(output.count)
        deflate(stream, flush)
        let count = output.count - Int(stream.pointee.avail_out)
        if count > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<count])) }
      } while stream.pointee.avail_out == 0
      rest = UnsafeRawBufferPointer(rebasing: rest[(Int(given))...])
    } while !rest.isEmpty
  }
}
