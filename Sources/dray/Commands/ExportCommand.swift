import ArgumentParser
import DrayMessages
import ImageContents
import ImageModel
import SystemPackage

/// `dray export`
struct ExportCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("export", ExportHelp.self) }

  @Argument(help: .init(OptionHelp.imageOrArchive, valueName: "reference or archive"))
  var image: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: .init(ExportHelp.output, valueName: "file"))
  var output: String?

  @OptionGroup var choice: ImageChoiceOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let source = ImageSource(texts: [image], choice: choice, connection: connection, isJSON: false, context: context)
    do {
      guard let output, !output.isEmpty else { throw RootUsageError.noOutput }
      guard output != "-" || !context.output.isTerminal else { throw RootUsageError.rootToTerminal }
      context.warnOfEnding(output)
      try await source.open { image in
        // Headers first, then everything.
        let sizes = image.layers.map { $0.size ?? 0 }
        try await LayerProgress.shown(context, sizes: sizes + sizes) { passed in
          let export = ImageExport(image, width: LayerProgress.width, passed: passed)
          if output == "-" {
            try await export.run { try context.output.write($0) }
          } else {
            try await export.run(to: FilePath(output))
          }
        }
      }
      if output != "-" { try context.output.write("\(TerminalText.escaped(output))\n") }
      return .success
    } catch {
      return source.end(with: error)
    }
  }
}
