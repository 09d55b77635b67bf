/// Fills in the variables of a text as compose does (compose-spec, "Interpolation"): `$NAME`, `${NAME}`,
/// `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, and
/// `$$` for a dollar sign.
///
/// A variable without a value is an error here: half a name would lead to another image.
struct ComposeVariables {
  private static let depthLimit = 8

  private let line: Int
  private let environment: (String) -> String?

  static func fill(
    _ text: String, line: Int, environment: @escaping (String) -> String?
  ) throws(ImageListError) -> String {
    guard text.contains("$") else { return text }
    return try ComposeVariables(line: line, environment: environment).filled(text[...], depth: 0)
  }

  private func filled(_ text: Substring, depth: Int) throws(ImageListError) -> String {
    guard depth < Self.depthLimit else { throw failure(.malformedVariable(String(text))) }
    var result = ""
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...].dropFirst()
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        let (inside, behind) = try braced(rest.dropFirst(), in: text)
        result += try value(inside, depth: depth)
        rest = behind
      } else {
        let name = rest.prefix(while: Self.isNamePart)
        guard Self.isName(name) else { throw failure(.malformedVariable(String(text))) }
        result += try known(name)
        rest = rest.dropFirst(name.count)
      }
    }
    return result + rest
  }

  /// What stands up to the brace that closes, and what follows.
  private func braced(
    _ text: Substring, in whole: Substring
  ) throws(ImageListError) -> (inside: Substring, behind: Substring) {
    var depth = 1
    for index in text.indices {
      if text[index] == "{" { depth += 1 }
      if text[index] == "}" { depth -= 1 }
      if depth == 0 { return (text[..<index], text[text.index(after: index)...]) }
    }
    throw failure(.malformedVariable(String(whole)))
  }

  private func value(_ inside: Substring, depth: Int) throws(ImageListError) -> String {
    let name = inside.prefix(while: Self.isNamePart)
    guard Self.isName(name) else { throw failure(.malformedVariable("${\(inside)}")) }
    var rest = inside.dropFirst(name.count)
    guard !rest.isEmpty else { return try known(name) }
    let countsEmpty = rest.first == ":"
    if countsEmpty { rest = rest.dropFirst() }
    let found = environment(String(name))
    let given = found.flatMap { countsEmpty && $0.isEmpty ? nil : $0 }
    let other = rest.dropFirst()
    switch rest.first {
    case "-": return if let given { given } else { try filled(other, depth: depth + 1) }
    case "+": return given == nil ? "" : try filled(other, depth: depth + 1)
    case "?":
      guard let given else {
        throw failure(.required(variable: String(name), message: String(other)))
      }
      return given
    default: throw failure(.malformedVariable("${\(inside)}"))
    }
  }

  private func known(_ name: Substring) throws(ImageListError) -> String {
    guard let value = environment(String(name)) else { throw failure(.noValue(variable: String(name))) }
    return value
  }

  private func failure(_ reason: ImageListError.Reason) -> ImageListError { ImageListError(reason, line: line) }

  /// Whether a variable's name may have this in it.
  static func isNamePart(_ character: Character) -> Bool {
    character == "_" || character.isASCII && (character.isLetter || character.isNumber)
  }

  private static func isName(_ text: Substring) -> Bool { text.first.map { !$0.isNumber } ?? false }
}
