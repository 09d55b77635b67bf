/// How a reply treats a `Range` header of one range (RFC 9110, section 14). Requests without one get status 200.
public enum RangePolicy: Sendable {
  /// 206 with the range asked for; 416 with `bytes */size` when it starts at or behind the end.
  case honest
  /// 200 with everything, as if the header were not there.
  case ignored
  /// 206 with everything, `bytes 0-(size-1)/size`.
  case wholeBodyAs206
  /// 206 that starts `n` bytes late (early if negative), and says so.
  case startOffBy(Int64)
  /// 206 that says it is the range asked for, with bytes from `n` later (earlier if negative).
  case shiftedBytes(Int64)
  /// 206 with the right bytes and no Content-Range.
  case withoutContentRange
  /// 206 with the right bytes and its Content-Range twice, the second one byte later.
  case twoContentRanges
  /// 206 with the right bytes and this text as Content-Range.
  case malformed(String)
  /// 206 with the right bytes; this total in Content-Range.
  case wrongTotal(Int64)
  /// 206 with at most `n` bytes of the range, and says so.
  case shorter(Int64)
  /// 206 with `n` bytes more than asked for (up to the end), and says so.
  case longer(Int64)
  /// 416 to every range.
  case unsatisfiable416
  /// 416 if the range is open-ended or ends at or behind the end, as the registry of go-containerregistry does.
  case ggcr
}
