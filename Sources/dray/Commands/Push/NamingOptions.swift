import ArgumentParser
import DrayMessages
import ImageModel

/// How images are called at their target: the same options for every command that renames them.
struct NamingOptions: ParsableArguments {
  @Option(name: .customLong("as"), help: .init(NamingHelp.template, valueName: "template"))
  var template: String?

  @OptionGroup var repositories: RepositoryNameOptions

  /// - Throws: `ImageNamingError`; ``PushOptionError``.
  func naming() throws -> ImageNaming { try repositories.naming(template) }

  /// - Parameter target: which images go to; names are made below a place alone.
  /// - Throws: `ImageNamingError`; ``PushOptionError``.
  func naming(for target: PushTarget, _ text: String) throws -> ImageNaming {
    let naming = try naming()
    if case .image = target, !naming.isPlain { throw PushOptionError.namingAndName(text) }
    return naming
  }
}

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
