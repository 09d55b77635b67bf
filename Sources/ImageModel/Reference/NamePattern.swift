/// A pattern of names: `*` stands for any text, slashes included, `?` for one character.
public struct NamePattern: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  private let pattern: [UInt8]

  public init(_ text: String) {
    description = text
    pattern = Array(text.utf8)
  }

  /// Whether it stands for itself alone.
  public var isLiteral: Bool { !Self.isPattern(description) }

  /// Whether a text has anything that stands for something else.
  public static func isPattern(_ text: some StringProtocol) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  /// Whether the whole name is as the pattern says.
  public func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    // Where to go on from when what follows the last star does not fit: at most one step back for each byte.
    var (place, position) = (0, 0)
    var star: (place: Int, position: Int)?
    while position < name.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == name[position] {
        (place, position) = (place + 1, position + 1)
      } else if let last = star {
        star = (last.place, last.position + 1)
        (place, position) = (last.place + 1, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
