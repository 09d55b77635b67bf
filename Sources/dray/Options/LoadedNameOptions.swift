import ArgumentParser
import DrayMessages
import ImageModel

/// What images are called after loading: a name for the only one, or a template for all.
struct LoadedNameOptions: ParsableArguments {
  @Option(name: .customLong("as"), help: .init(NamingHelp.loadedName, valueName: "name:tag|template"))
  var name: String?

  @OptionGroup var repositories: RepositoryNameOptions

  /// - Returns: nil where images keep their names.
  /// - Throws: `ImageNamingError`; ``PushOptionError``; ``UsageError``.
  func names() throws -> LoadedNames? {
    guard let name, !NameTemplate.hasFields(name) else {
      let naming = try repositories.naming(name)
      return naming.isPlain ? nil : .made(naming)
    }
    guard try repositories.naming(nil).isPlain else { throw UsageError.nameAndNaming(name) }
    let reference: ImageReference
    do { reference = try ImageReference(parsing: name) } catch { throw UsageError.imageName(error) }
    guard reference.digest == nil else { throw UsageError.imageNameWithDigest(name) }
    return .one(reference)
  }
}
