extension Reply {
  /// How a server treats ranges.
  public enum Ranges: Sendable {
    case honest
    /// 200 and the whole body.
    case ignored
    /// 206 with the whole body, and a Content-Range that says so.
    case wholeBodyAs206
    /// Begins this many bytes beside what was asked.
    case startOff(by: Int64)
    case withoutContentRange
    case twoContentRanges
    /// This text as Content-Range.
    case contentRange(String)
    case wrongTotal(Int64)
    /// At most this many bytes of what was asked: honest, and legal.
    case shorter(Int64)
    /// 416 to every range.
    case unsatisfiable
    /// 416 where the range is open or ends at or behind the size, as ggcr's registry does.
    case closedOnly
  }

  /// A blob, or the part of it that the request asks for.
  public static func blob(_ body: ReplyBody, for request: RecordedRequest, ranges: Ranges = .honest) -> Reply {
    let type = [(name: "Content-Type", value: "application/octet-stream")]
    let whole = Reply(200, headers: type, body: body)
    guard request.header("range") != nil else { return whole }
    let unsatisfiable = Reply(416, headers: [("Content-Range", "bytes */\(body.count)")])
    switch ranges {
    case .ignored: return whole
    case .unsatisfiable: return unsatisfiable
    case .wholeBodyAs206:
      return Reply(206, headers: type + [("Content-Range", "bytes 0-\(body.count - 1)/\(body.count)")], body: body)
    default: break
    }
    guard let asked = request.range, asked.upperBound < body.count else { return unsatisfiable }
    var range = asked.lowerBound..<asked.upperBound + 1
    if case .shorter(let most) = ranges { range = range.lowerBound..<min(range.upperBound, range.lowerBound + most) }
    if case .startOff(let distance) = ranges {
      range = max(range.lowerBound + distance, 0)..<min(range.upperBound + distance, body.count)
    }
    var total = body.count
    if case .wrongTotal(let number) = ranges { total = number }
    let field = (name: "Content-Range", value: "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(total)")
    let fields: [(name: String, value: String)] =
      switch ranges {
      case .withoutContentRange: []
      case .twoContentRanges: [field, field]
      case .contentRange(let text): [(field.name, text)]
      default: [field]
      }
    return Reply(206, headers: type + fields, body: body.slice(range))
  }
}
