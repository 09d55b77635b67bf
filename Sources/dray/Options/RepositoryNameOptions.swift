import ArgumentParser
import DrayMessages
import ImageModel

/// What is left of repositories in the names that images get.
struct RepositoryNameOptions: ParsableArguments {
  @Option(name: .customLong("strip-prefix"), help: .init(NamingHelp.stripPrefix, valueName: "path"))
  var prefixes: [String] = []

  @Flag(help: .init(NamingHelp.flatten))
  var flatten = false

  /// - Throws: `ImageNamingError`; ``PushOptionError``.
  func naming(_ template: String?) throws -> ImageNaming {
    guard !prefixes.contains("") else { throw PushOptionError.emptyOption("--strip-prefix") }
    return ImageNaming(
      template: try template.map { try NameTemplate(parsing: $0) }, strippedPrefixes: prefixes, flattens: flatten)
  }
}
