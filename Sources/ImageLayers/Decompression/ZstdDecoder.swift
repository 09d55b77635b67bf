import CZstd

/// Decompresses zstd frames (RFC 8878), and passes over those that carry no data.
final class ZstdDecoder: StreamDecoder {
  private let context: OpaquePointer
  private let windowLog: CInt
  private var endedFrames = 0

  init(windowLog: CInt) {
    // It fails for want of memory alone.
    guard let context = ZSTD_createDCtx() else { preconditionFailure("zstd cannot begin") }
    self.context = context
    self.windowLog = windowLog
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLog)
  }

  deinit { ZSTD_freeDCtx(context) }

  func step(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(LayerError) -> DecoderStep {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let status = ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(status) == 0 else { throw failure(ZSTD_getErrorCode(status)) }
    // 0: a frame has ended and all of it has been given.
    let isEnd = status == 0 && (source.pos > 0 || target.pos > 0)
    if isEnd { endedFrames += 1 }
    return DecoderStep(consumed: source.pos, produced: target.pos, isEndOfMember: isEnd)
  }

  private func failure(_ code: ZSTD_ErrorCode) -> LayerError {
    switch code {
    case ZSTD_error_prefix_unknown where endedFrames > 0: .bytesBehindEnd(.zstd)
    case ZSTD_error_checksum_wrong: .wrongChecksum(.zstd)
    case ZSTD_error_frameParameter_windowTooLarge: .windowTooLarge(log: Int(windowLog))
    default: .damaged(.zstd)
    }
  }
}
