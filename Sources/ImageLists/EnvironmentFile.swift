/// The variables of a compose project's `.env` file (compose documentation, "Syntax for environment files").
///
/// `NAME=value`, `NAME: value`, `export NAME=value`; `#` begins a comment; single quotes keep a value as it stands, in double
/// quotes and without quotes variables are filled in.
public enum EnvironmentFile {
  /// The largest file that is read, in bytes.
  public static let limit = 1 << 20

  /// - Parameter environment: the values that variables have already, which go before the file's own.
  public static func read(
    _ bytes: [UInt8], environment: @escaping (String) -> String?
  ) throws(ImageListError) -> [String: String] {
    guard bytes.count <= limit else { throw ImageListError(.tooLarge(limit: limit), line: nil) }
    var rest = try ListText.read(bytes)[...]
    var line = 1
    var values: [String: String] = [:]
    while !rest.isEmpty {
      let before = rest
      if let assignment = try Self.assignment(&rest, line: line) {
        let known = values
        // A dollar sign that begins no variable stands for itself. It may be a password's, and is no reason to show one.
        let filled =
          assignment.isLiteral
          ? nil : try? ComposeVariables.fill(assignment.value, line: line) { environment($0) ?? known[$0] ?? "" }
        values[assignment.name] = filled ?? assignment.value
      }
      line += before[..<rest.startIndex].count { $0.isNewline }
    }
    return values
  }

  private struct Assignment {
    let name: String
    var value: String
    /// Whether no variables are filled in.
    var isLiteral = false
  }

  /// Takes a line, and the lines behind it that its quoted value goes over; nil where it says nothing.
  private static func assignment(_ rest: inout Substring, line: Int) throws(ImageListError) -> Assignment? {
    let text = rest.prefix { !$0.isNewline }
    var said = text.drop { $0.isWhitespace }
    guard let first = said.first, first != "#" else {
      rest = rest[text.endIndex...].dropFirst()
      return nil
    }
    if said.hasPrefix("export ") { said = said.dropFirst(7).drop { $0.isWhitespace } }
    let name = said.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    let behind = said[name.endIndex...].drop { $0 == " " || $0 == "\t" }
    guard !name.isEmpty, behind.isEmpty || behind.first == "=" || behind.first == ":" else {
      throw ImageListError(.malformedAssignment, line: line)
    }
    // A name alone stands for what the environment has.
    guard !behind.isEmpty else {
      rest = rest[text.endIndex...].dropFirst()
      return nil
    }
    let value = behind.dropFirst().drop { $0 == " " || $0 == "\t" }
    if let quote = value.first, quote == "'" || quote == "\"" {
      rest = rest[value.startIndex...].dropFirst()
      guard let quoted = quotedValue(&rest, quote) else {
        throw ImageListError(.malformedAssignment, line: line)
      }
      return Assignment(name: String(name), value: quoted, isLiteral: quote == "'")
    }
    rest = rest[text.endIndex...].dropFirst()
    var plain = String(value)
    if let comment = plain.firstRange(of: " #") { plain = String(plain[..<comment.lowerBound]) }
    while plain.last?.isWhitespace == true { plain.removeLast() }
    return Assignment(name: String(name), value: plain.hasPrefix("#") ? "" : plain)
  }

  /// Takes what stands up to the closing quote, and the rest of that line; nil where there is none.
  private static func quotedValue(_ rest: inout Substring, _ quote: Character) -> String? {
    var value = ""
    while let character = rest.popFirst() {
      if character == quote {
        rest = rest.drop { !$0.isNewline }.dropFirst()
        return value
      }
      guard character == "\\", let next = rest.first, quote == "\"" || next == quote else {
        value.append(character)
        continue
      }
      rest = rest.dropFirst()
      switch next {
      case "n": value += "\n"
      case "r": value += "\r"
      case "t": value += "\t"
      // The way that variables are filled in knows it for a dollar sign.
      case "$": value += "$$"
      default: value.append(next)
      }
    }
    return nil
  }
}
