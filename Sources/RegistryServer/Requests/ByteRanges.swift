/// What a `Range` field asks for of a content (RFC 9110, section 14).
public enum ByteRanges: Sendable, Hashable {
  /// There is no such field, or one that is to be ignored: another unit, or nothing that can be read.
  case whole
  case one(Range<Int64>)
  /// In the order of the request, none within another.
  case several([Range<Int64>])
  /// Nothing of what is asked for is there: 416.
  case unsatisfiable
  /// More ranges than are answered one to one, or ranges that overlap: 400. Who asks so asks again for fewer.
  case refused

  /// The most ranges of one answer.
  public static let limit = 64

  /// - Parameters:
  ///   - field: the value of `Range`; nil where there is none.
  ///   - size: of the content, in bytes.
  public init(_ field: String?, size: Int64) {
    guard let field, let equals = field.firstIndex(of: "="),
      field[..<equals].trimmed.lowercased() == "bytes"
    else {
      self = .whole
      return
    }
    let parts = field[field.index(after: equals)...].split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    guard !parts.isEmpty else {
      self = .whole
      return
    }
    guard parts.count <= Self.limit else {
      self = .refused
      return
    }
    var ranges: [Range<Int64>] = []
    for part in parts {
      switch Self.range(part, size: size) {
      case .malformed:
        self = .whole
        return
      case .nothing: continue
      case .bytes(let range): ranges.append(range)
      }
    }
    if ranges.isEmpty {
      self = .unsatisfiable
    } else if parts.count == 1 {
      self = .one(ranges[0])
    } else {
      let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
      let areApart = zip(sorted, sorted.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
      self = areApart ? .several(ranges) : .refused
    }
  }

  private enum Part {
    case malformed
    case nothing
    case bytes(Range<Int64>)
  }

  private static func range(_ text: Substring, size: Int64) -> Part {
    guard let dash = text.firstIndex(of: "-") else { return .malformed }
    let (first, last) = (text[..<dash].trimmed, text[text.index(after: dash)...].trimmed)
    if first.isEmpty {
      guard let count = number(last) else { return .malformed }
      return count == 0 || size == 0 ? .nothing : .bytes(max(0, size - count)..<size)
    }
    guard let start = number(first) else { return .malformed }
    guard !last.isEmpty else { return start < size ? .bytes(start..<size) : .nothing }
    guard let end = number(last) else { return .malformed }
    // The grammar has no such range. Registries answer 416, and so clients expect it.
    guard start <= end, start < size else { return .nothing }
    return .bytes(start..<(min(end, size - 1) + 1))
  }

  /// A number of digits alone; one that is too large is as good as the largest.
  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int64(text) ?? .max
  }
}

extension Substring {
  /// Without blanks and tabs at its ends (RFC 9110 §5.6.3).
  var trimmed: Substring {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    guard let last = lastIndex(where: { !isBlank($0) }) else { return "" }
    return self[...last].drop(while: isBlank)
  }
}
