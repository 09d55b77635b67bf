/// A table of a TOML document (toml.io, version 1.0), with the line of every key: what is configured can be traced to
/// its place.
package struct TOMLTable: Sendable, Hashable {
  /// How the table came about, which decides whether it may be written to again.
  enum Making: Sendable, Hashable {
    /// Named only on the way to another.
    case implied
    case header
    case dotted
    case inline
  }

  struct Entry: Sendable, Hashable {
    let key: String
    /// Counts from 1.
    let line: Int
    var value: TOMLValue
  }

  /// In the order of the document.
  var entries: [Entry] = []
  var making: Making
  /// The line of its header, where it has one.
  var line: Int?

  init(making: Making, line: Int? = nil) {
    self.making = making
    self.line = line
  }

  subscript(_ key: String) -> Entry? { entries.first { $0.key == key } }
}

enum TOMLValue: Sendable, Hashable {
  case string(String)
  case integer(Int64)
  case boolean(Bool)
  /// A number with a fraction, or a time: as it is written.
  case other(String)
  case array([TOMLValue])
  case table(TOMLTable)
  /// What `[[…]]` makes; never empty.
  case tables([TOMLTable])
}

/// Why a text is no TOML, and where.
package struct TOMLFault: Error, Hashable {
  let line: Int
  /// Nil where it is about the line, or about several.
  var column: Int?
  let defect: ConfigurationDefect
}
