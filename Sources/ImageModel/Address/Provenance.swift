/// Where something was said.
public enum Provenance: Sendable, Hashable {
  /// The image's own name says it.
  case reference
  /// An option of the command line, with its dashes.
  case option(String)
  /// A variable of the process.
  case variable(String)
  /// `line` counts from 1; nil where the file has no lines to speak of.
  case file(path: String, line: Int?)
}
