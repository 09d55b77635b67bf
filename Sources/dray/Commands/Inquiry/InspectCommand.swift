import ArgumentParser
import ImageModel
import ImageTransfer

/// `dray inspect`
struct InspectCommand: ContextualCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "inspect", abstract: InquiryHelp.inspect.text(Help.language),
      usage: InquiryHelp.inspectUsage.text(Help.language), discussion: InquiryHelp.inspectDetails.text(Help.language))
  }

  @Argument(help: .init(HelpPhrase.reference, valueName: "reference"))
  var reference: String

  @Option(help: .init(HelpPhrase.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  @Flag(help: .init(InquiryHelp.raw))
  var raw = false

  @Flag(help: .init(InquiryHelp.config))
  var config = false

  @Flag(help: .init(InquiryHelp.jsonAnswer))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: reference, isJSON: json)
    do {
      guard [raw, config, json].count(where: \.self) <= 1 else { throw UsageError.severalFormsOfInspection }
      let reference = try ImageReference(parsing: reference)
      let platform = try PlatformOption.read(platform)
      return await inquiry.run(of: reference.registry, about: reference) { door, access in
        let inspector = try ImageInspector(reference, door: door, access: access) { inquiry.warn($0) }
        if raw { return try await inspector.manifest(of: reference, platform: platform) { inquiry.warn($0) } }
        if config { return try await inspector.config(of: reference, platform: platform) { inquiry.warn($0) } }
        let inspection = try await inspector.inspect(reference, platform: platform) { inquiry.warn($0) }
        let text =
          json
          ? JSONLine.text(InspectionRecord(inspection))
          : InspectionText(inspection, language: context.language).text
        return Array(text.utf8)
      }
    } catch {
      return inquiry.end(with: error)
    }
  }
}

extension ImageInspector {
  /// Asks where a pull would ask: mirrors first.
  init(
    _ reference: ImageReference, door: RegistryDoor, access: RegistryAccess,
    observe: @escaping @Sendable (PullWarning) -> Void
  ) throws {
    self.init(sources: ImageSources(try access.endpoints(for: reference), door: door, observe: observe))
  }
}
