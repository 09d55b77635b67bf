import ArgumentParser
import DrayMessages
import ImageModel
import RegistryClient

/// `dray tags`
struct TagsCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("tags", TagsHelp.self) }

  @Argument(help: .init(TagsHelp.repository, valueName: "repository"))
  var repository: String

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: repository, isJSON: json)
    do {
      _ = try RepositoryName(parsing: repository)
      return await inquiry.run(of: repository, found: Self.find) { reference, door, _ in
        let client = try await door.client(for: reference.registry) { inquiry.warn($0) }
        let tags = try await client.tags(reference.repository).sorted(by: TagOrder.precedes)
        if json { return Array(JSONLine.text(TagsRecord(repository: reference.qualifiedRepository, tags: tags)).utf8) }
        return tags.flatMap { Array("\(TerminalText.escaped($0))\n".utf8) }
      }
    } catch {
      return inquiry.end(with: error)
    }
  }

  /// A registry that has the repository counts, whatever its tags.
  private static func find(_ text: String, _ settings: ConnectionSettings) async throws -> ImageReference {
    let pattern = try await settings.pattern(finding: text)
    return try ImageReference(registry: pattern.registry, repository: pattern.repository.description)
  }
}
