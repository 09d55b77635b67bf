import CZlib

/// Decompresses gzip members (RFC 1952).
final class GzipDecoder: StreamDecoder {
  // zlib keeps the address of it.
  private let stream: UnsafeMutablePointer<z_stream>
  private var endedMembers = 0

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: with a gzip header. It fails for want of memory alone.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot begin")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func step(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(LayerError) -> DecoderStep {
    let (given, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
    stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
      .assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = given
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = room
    let status = inflate(stream, Z_NO_FLUSH)
    let consumed = Int(given - stream.pointee.avail_in)
    let produced = Int(room - stream.pointee.avail_out)
    switch status {
    // No progress is no error here: whoever calls it knows whether more input can come.
    case Z_OK, Z_BUF_ERROR: return DecoderStep(consumed: consumed, produced: produced, isEndOfMember: false)
    case Z_STREAM_END:
      endedMembers += 1
      guard inflateReset(stream) == Z_OK else { throw .damaged(.gzip) }
      return DecoderStep(consumed: consumed, produced: produced, isEndOfMember: true)
    default: throw failure
    }
  }

  /// zlib has one code for everything that is wrong with a stream and tells the rest in words of its own.
  private var failure: LayerError {
    switch stream.pointee.msg.map({ String(cString: $0) }) {
    case "incorrect header check" where endedMembers > 0: .bytesBehindEnd(.gzip)
    case "incorrect data check", "incorrect length check": .wrongChecksum(.gzip)
    default: .damaged(.gzip)
    }
  }
}
