import ArchiveTools
import ArgumentParser
import DrayMessages
import ImageArchive
import ImageCopy

/// `dray convert`
struct ConvertCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("convert", ConvertHelp.self) }

  @Argument(help: .init(ConvertHelp.archive, valueName: "archive"))
  var archive: String

  @Option(name: [.customShort("o"), .customLong("output")], help: .init(ConvertHelp.output, valueName: "path"))
  var output: String?

  @Option(help: .init(ConvertHelp.format, valueName: "docker+oci|oci|docker|layout"))
  var format: String?

  @OptionGroup var names: LoadedNameOptions

  @Option(help: .init(FormatHelp.layers, valueName: "as-is|gzip|plain"))
  var layers: String?

  @Option(help: .init(FormatHelp.split, valueName: "size"))
  var split: String?

  @Flag(name: .shortAndLong, help: .init(ConvertHelp.quiet))
  var quiet = false

  @Flag(help: .init(ConvertHelp.json))
  var json = false

  @Flag(name: .customLong("no-wait"), help: .init(ConvertHelp.noWait))
  var doesNotWait = false

  func run(in context: CommandContext) async -> ExitCode {
    do {
      let conversion = try self.conversion()
      if case .archive(let path, _) = conversion.output { context.warnOfEnding(path) }
      return await ShownConversion(context: context, isQuiet: quiet, isJSON: json).run(conversion)
    } catch {
      return context.end(with: error)
    }
  }

  /// - Throws: ``FormatOptionError``; ``UsageError``; `ImageNamingError`.
  private func conversion() throws -> ImageConversion {
    guard !(quiet && json) else { throw UsageError.quietAndJSON }
    guard let output, !output.isEmpty else { throw FormatOptionError.noOutput }
    var conversion = ImageConversion(archive, to: .archive(output, .ociAndDocker))
    if format == "layout" {
      guard split == nil else { throw FormatOptionError.layoutAnd("--split") }
      conversion.output = .layout(output)
    } else if let format {
      guard let form = ArchiveFormat(rawValue: format) else { throw FormatOptionError.formatOfConversion(format) }
      conversion.output = .archive(output, form)
    }
    conversion.names = try names.names()
    conversion.layers = try LayerCompression(option: layers)
    conversion.volumeSize = try VolumeSizeOption.read(split)
    conversion.waits = !doesNotWait
    return conversion
  }
}
