extension Reply {
  /// The reply to this request, its `Range` header answered as the policy says.
  func ranged(for request: Request) -> Reply {
    guard let policy = ranges, status == 200, let size = content.length, let text = request.header("Range"),
      let wanted = ByteRangeRequest(text), isMeant(request)
    else { return self }
    if case .ignored = policy { return self }
    if case .wholeBodyAs206 = policy { return part(0..<size, contentRanges: ["bytes 0-\(size - 1)/\(size)"]) }
    guard let range = wanted.bounds(in: size), !refuses(policy, wanted, size) else { return unsatisfiable(size) }
    let honest = Self.contentRange(range, size)
    switch policy {
    case .honest, .ggcr, .ignored, .wholeBodyAs206, .unsatisfiable416:
      return part(range, contentRanges: [honest])
    case .startOffBy(let count):
      let start = min(max(0, range.lowerBound + count), range.upperBound - 1)
      let moved = start..<range.upperBound
      return part(moved, contentRanges: [Self.contentRange(moved, size)])
    case .shiftedBytes(let count):
      let start = min(max(0, range.lowerBound + count), size - Int64(range.count))
      return part(start..<(start + Int64(range.count)), contentRanges: [honest])
    case .withoutContentRange:
      return part(range, contentRanges: [])
    case .twoContentRanges:
      let second = "bytes \(range.lowerBound + 1)-\(range.upperBound)/\(size)"
      return part(range, contentRanges: [honest, second])
    case .malformed(let text):
      return part(range, contentRanges: [text])
    case .wrongTotal(let total):
      return part(range, contentRanges: [Self.contentRange(range, total)])
    case .shorter(let count):
      let less = range.lowerBound..<min(range.upperBound, range.lowerBound + max(1, count))
      return part(less, contentRanges: [Self.contentRange(less, size)])
    case .longer(let count):
      let more = range.lowerBound..<min(size, range.upperBound + count)
      return part(more, contentRanges: [Self.contentRange(more, size)])
    }
  }

  /// `If-Range` names the ETag that the reply has, or is not there (RFC 9110, section 13.1.5).
  private func isMeant(_ request: Request) -> Bool {
    request.header("If-Range").map { $0 == headers.first("ETag") } ?? true
  }

  private func refuses(_ policy: RangePolicy, _ wanted: ByteRangeRequest, _ size: Int64) -> Bool {
    switch policy {
    case .unsatisfiable416: true
    case .ggcr: wanted.isOpenEnded || (wanted.last ?? 0) >= size
    default: false
    }
  }

  private func part(_ range: Range<Int64>, contentRanges: [String]) -> Reply {
    changed {
      $0.status = 206
      $0.headers += contentRanges.map { Header("Content-Range", $0) }
      $0.content = content.part(from: range.lowerBound, count: Int64(range.count))
    }
  }

  private func unsatisfiable(_ size: Int64) -> Reply {
    Reply.status(416).header("Content-Range", "bytes */\(size)")
  }

  private static func contentRange(_ range: Range<Int64>, _ total: Int64) -> String {
    "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(total)"
  }
}
