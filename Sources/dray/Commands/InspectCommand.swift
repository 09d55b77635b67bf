import ArchiveTools
import ArgumentParser
import DrayMessages
import ImageArchive
import ImageCopy
import ImageModel
import SystemPackage
import Waiting

/// `dray inspect`
struct InspectCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("inspect", InspectHelp.self) }

  @Argument(help: .init(InspectHelp.operand, valueName: "reference or archive"))
  var operand: String

  @Option(help: .init(OptionHelp.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  @Flag(help: .init(InspectHelp.raw))
  var raw = false

  @Flag(help: .init(InspectHelp.config))
  var config = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var archive: ArchiveOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: operand, isJSON: json)
    do {
      guard [raw, config, json].count(where: \.self) <= 1 else { throw UsageError.severalFormsOfInspection }
      let platform = try PlatformOption.read(platform)
      if let path = ImageOperand(operand).archive {
        try context.output.write(
          try await ImageOperand.opened {
            try await Workers.current.run { try inspect(path, platform: platform, context) }
          })
        return .success
      }
      try archive.refuseForReference()
      return await inquiry.run(of: operand) { reference, door, _ in
        let inspector = try ImageInspector(reference, by: door) { inquiry.warn($0) }
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

  /// What is told about an archive.
  private func inspect(_ path: FilePath, platform: Platform?, _ context: CommandContext) throws -> [UInt8] {
    let inspector = ArchiveInspector(
      try StoredArchive(opening: path, isSalvaging: archive.salvage), isSalvaging: archive.salvage)
    if raw { return try inspector.manifest(named: archive.image, platform: platform) }
    if config { return try inspector.config(named: archive.image, platform: platform) }
    let inspection = try inspector.inspect(named: archive.image, platform: platform)
    let text =
      json
      ? JSONLine.text(ArchiveInspectionRecord(inspection, context.language))
      : ArchiveInspectionText(inspection, language: context.language).text
    return Array(text.utf8)
  }
}

extension ImageInspector {
  /// Asks where a pull would ask: mirrors first.
  init(
    _ reference: ImageReference, by door: RegistryDoor, observe: @escaping @Sendable (PullWarning) -> Void
  ) throws {
    self.init(sources: try ImageSources(reference, by: door, observe: observe))
  }
}
