import ImageModel

/// Fills in `{{env "NAME"}}` and `{{file "PATH"}}`. Other templates of Go are refused, and a text that may be a password is
/// not shown.
enum RegsyncTemplate {
  static func fill(
    _ text: String, of key: String, line: Int, _ values: SyncValues
  ) throws(ImageListError) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "{{") {
      result += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
        throw ImageListError(.template(key: key), line: line)
      }
      var action = rest[start.upperBound..<end.lowerBound]
      // `{{-` and `-}}` trim what stands around them.
      if action.hasPrefix("-") { action = action.dropFirst() }
      if action.hasSuffix("-") { action = action.dropLast() }
      result += try value(of: action, of: key, line: line, values)
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private static func value(
    of action: Substring, of key: String, line: Int, _ values: SyncValues
  ) throws(ImageListError) -> String {
    let words = action.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, let name = quoted(words[1].trimmed) else {
      throw ImageListError(.template(key: key), line: line)
    }
    switch words[0] {
    case "env":
      guard let value = values.environment(name) else { throw ImageListError(.noValue(variable: name), line: line) }
      return value
    case "file":
      guard let value = values.file(name) else { throw ImageListError(.noFile(name), line: line) }
      return value.trimmed
    default: throw ImageListError(.template(key: key), line: line)
    }
  }

  private static func quoted(_ text: String) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "`", text.count > 2, text.last == quote else { return nil }
    let inside = String(text.dropFirst().dropLast())
    return inside.contains("\"") || inside.contains("\\") ? nil : inside
  }
}
