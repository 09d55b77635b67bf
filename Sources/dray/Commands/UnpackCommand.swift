import ArgumentParser
import DrayMessages
import ImageContents
import ImageLayers
import ImageModel
import SystemPackage

/// `dray unpack`
struct UnpackCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("unpack", UnpackHelp.self) }

  @Argument(help: .init(OptionHelp.imageOrArchive, valueName: "reference or archive"))
  var image: String

  @Argument(help: .init(UnpackHelp.folder, valueName: "dir"))
  var folder: String

  @OptionGroup var limits: RootLimitOptions

  @Flag(help: .init(UnpackHelp.json))
  var json = false

  @OptionGroup var choice: ImageChoiceOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let source = ImageSource(texts: [image], choice: choice, connection: connection, isJSON: json, context: context)
    do {
      guard !folder.isEmpty else { throw RootUsageError.emptyFolder }
      let limits = try limits.limits()
      let path = FilePath(folder)
      try UnpackFolder.check(path)
      let counts = try await source.open { image in
        try await LayerProgress.shown(context, sizes: image.layers.map { $0.size ?? 0 }) { passed in
          try await ImageUnpack(image, limits: limits, passed: passed).run(to: path)
        }
      }
      for warning in counts.warnings { context.say(PullPhrase.warning(warning.phrase)) }
      try context.output.write(
        json ? JSONLine.text(UnpackRecord(path: folder, counts)) : "\(TerminalText.escaped(folder))\n")
      return .success
    } catch {
      return source.end(with: error)
    }
  }
}
