/// A regular expression over tags and names of repositories, in the syntax of RE2 as Go's tools read it.
///
/// Matching takes time linear in the text's length, whatever the expression: tags come from registries.
public struct NameExpression: Sendable, Hashable, CustomStringConvertible {
  /// As it stands in the file.
  public let description: String
  /// Whether it stands for the whole text, and not for any part of it.
  public let isAnchored: Bool
  private let program: ExpressionProgram

  /// - Throws: ``NameExpressionError``.
  public init(_ text: String, isAnchored: Bool) throws(NameExpressionError) {
    description = text
    self.isAnchored = isAnchored
    program = try ExpressionProgram(try ExpressionParser.parse(text), text: text)
  }

  public func matches(_ name: String) -> Bool { program.matches(Array(name.utf8), whole: isAnchored) }

  public static func == (left: NameExpression, right: NameExpression) -> Bool {
    left.description == right.description && left.isAnchored == right.isAnchored
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(description)
    hasher.combine(isAnchored)
  }
}

/// A regular expression that cannot be read.
public struct NameExpressionError: Error, Hashable {
  public enum Reason: Sendable, Hashable {
    /// A bracket, a parenthesis or a repetition that does not fit, or an escape that is not known.
    case malformed
    /// RE2 has no look-ahead and no references back either.
    case unsupported
    case tooLarge
  }

  public let text: String
  public let reason: Reason
}
