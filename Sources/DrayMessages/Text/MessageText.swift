/// Words for people, with every value from outside in them made safe to show.
///
/// A text between quotes is dray's own and stands as it is. What is interpolated may be a server's or a user's, so it
/// goes through ``TerminalText``: a message cannot forget to do that.
package struct MessageText: Sendable, Hashable, ExpressibleByStringInterpolation {
  package let text: String

  package init(stringLiteral value: String) {
    text = value
  }

  package init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 24 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) {
      text += literal
    }

    /// Anything from outside: escaped and, at 200 columns, cut.
    package mutating func appendInterpolation(_ foreign: some CustomStringConvertible) {
      text += TerminalText.escaped(foreign.description)
    }

    /// A path or a command that is to be copied: escaped, not cut.
    package mutating func appendInterpolation(whole foreign: String) {
      text += TerminalText.escapedWhole(foreign)
    }

    /// An English count: "1 blob", "2 blobs".
    package mutating func appendInterpolation(_ count: Int, _ noun: String) {
      text += "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    package mutating func appendInterpolation(_ message: MessageText) {
      text += message.text
    }
  }
}
