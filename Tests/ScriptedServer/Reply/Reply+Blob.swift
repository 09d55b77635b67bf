extension Reply {
  /// How a server treats a `Range` header of one range (RFC 9110, section 14). Without one it sends everything, as 200.
  public enum Ranges: Sendable {
    /// 206 with what is asked for; 416 with `bytes */size` if that begins at or behind the end.
    case honest
    /// 200 and the whole body.
    case ignored
    /// 206 with the whole body, and a Content-Range that says so.
    case wholeBodyAs206
    /// Begins this many bytes beside what was asked, and says so.
    case startOff(by: Int64)
    /// Says that it is what was asked, with bytes from beside it.
    case bytesOff(by: Int64)
    case withoutContentRange
    case twoContentRanges
    /// This text as Content-Range.
    case contentRange(String)
    case wrongTotal(Int64)
    /// At most this many bytes of what was asked: honest, and legal.
    case shorter(Int64)
    /// This many bytes more than was asked, up to the end, and says so.
    case longer(Int64)
    /// 416 to every range.
    case unsatisfiable
    /// 416 where the range is open or ends at or behind the size, as ggcr's registry does.
    case closedOnly
  }

  /// A blob, or the part of it that the request asks for. `If-Range` that is not `etag` makes it the whole blob.
  public static func blob(
    _ body: ReplyBody, for request: RecordedRequest, ranges: Ranges = .honest, etag: String? = nil
  ) -> Reply {
    var whole = Reply(headers: [("Content-Type", "application/octet-stream")], body: body)
    if let etag { whole.headers.append(("ETag", etag)) }
    guard let wanted = request.header("Range").flatMap(ByteRangeRequest.init),
      request.header("If-Range").map({ $0 == etag }) ?? true
    else { return whole }
    let size = body.count
    let unsatisfiable = Reply(416, headers: [("Content-Range", "bytes */\(size)")])
    switch ranges {
    case .ignored: return whole
    case .unsatisfiable: return unsatisfiable
    case .closedOnly where wanted.isOpenEnded || (wanted.last ?? 0) >= size: return unsatisfiable
    case .wholeBodyAs206: return whole.part(0..<size, saying: ["bytes 0-\(size - 1)/\(size)"])
    default: break
    }
    guard let range = wanted.bounds(in: size) else { return unsatisfiable }
    return whole.part(range, of: size, ranges)
  }

  /// The range asked for, as a lying server sends it.
  private func part(_ range: Range<Int64>, of size: Int64, _ ranges: Ranges) -> Reply {
    let honest = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    switch ranges {
    case .startOff(let distance):
      return honestPart(range.moved(by: distance, within: size), of: size)
    case .bytesOff(let distance): return part(range.moved(by: distance, within: size), saying: [honest])
    case .shorter(let most):
      return honestPart(range.lowerBound..<min(range.upperBound, range.lowerBound + max(1, most)), of: size)
    case .longer(let more): return honestPart(range.lowerBound..<min(size, range.upperBound + more), of: size)
    case .withoutContentRange: return part(range, saying: [])
    case .twoContentRanges: return part(range, saying: [honest, honest])
    case .contentRange(let text): return part(range, saying: [text])
    case .wrongTotal(let total):
      return part(range, saying: ["bytes \(range.lowerBound)-\(range.upperBound - 1)/\(total)"])
    case .honest, .closedOnly, .ignored, .unsatisfiable, .wholeBodyAs206: return honestPart(range, of: size)
    }
  }

  private func honestPart(_ range: Range<Int64>, of size: Int64) -> Reply {
    part(range, saying: ["bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"])
  }

  private func part(_ range: Range<Int64>, saying contentRanges: [String]) -> Reply {
    with {
      $0.status = 206
      $0.headers += contentRanges.map { ("Content-Range", $0) }
      $0.body = body.slice(range)
    }
  }
}

extension Range<Int64> {
  /// The range elsewhere; what would lie outside is cut off, but one byte at least stays.
  fileprivate func moved(by distance: Int64, within size: Int64) -> Range {
    let start = Swift.min(Swift.max(lowerBound + distance, 0), size - 1)
    return start..<Swift.min(Swift.max(upperBound + distance, start + 1), size)
  }
}
