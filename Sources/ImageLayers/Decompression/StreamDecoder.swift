/// Decompresses a stream that is a row of members (gzip) or frames (zstd), a step at a time.
protocol StreamDecoder: AnyObject {
  /// Takes bytes of `input` and puts what they hold into `output`. Without input it gives what it still holds.
  func step(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(LayerError) -> DecoderStep
}

/// What a ``StreamDecoder`` did.
struct DecoderStep {
  /// Bytes of the input that it took.
  var consumed: Int
  /// Bytes that it put into the output.
  var produced: Int
  /// Whether a member ended with them.
  var isEndOfMember: Bool
}
