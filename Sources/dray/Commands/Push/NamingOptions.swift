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

  /// What images are called after loading, as in a pull: nil for the names that they have.
  ///
  /// - Throws: as `LoadedNameOptions.names()`.
  func loadedNames() throws -> LoadedNames? {
    var options = LoadedNameOptions()
    options.name = template
    options.repositories = repositories
    return try options.names()
  }

  /// - Parameter target: which images go to; names are made below a place alone.
  /// - Throws: `ImageNamingError`; ``PushOptionError``.
  func naming(for target: PushTarget, _ text: String) throws -> ImageNaming {
    let naming = try naming()
    if case .image = target, !naming.isPlain { throw PushOptionError.namingAndName(text) }
    return naming
  }
}
