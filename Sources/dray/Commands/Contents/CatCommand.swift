import ArgumentParser
import ImageTransfer

/// `dray cat`
struct CatCommand: ContextualCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "cat", abstract: ContentsHelp.cat.text(Help.language),
      usage: ContentsHelp.catUsage.text(Help.language), discussion: ContentsHelp.catDetails.text(Help.language))
  }

  @Argument(help: .init(stringLiteral: ContentsHelp.archivedPath.text(Help.language), valueName: "archive:path"))
  var file: String

  @OptionGroup var options: ImageChoiceOptions

  func run(in context: CommandContext) async -> ExitCode {
    do {
      let place = try ArchivedPath(parsing: file)
      let choice = try options.choice()
      let image = try await LayeredImage.open(archive: place.archive, choice: choice)
      let files = try await ReadingProgress.shown(context, sizes: image.layers.map { $0.size ?? 0 }) { passed in
        try await ImageFiles(of: image, width: ReadingProgress.width, passed: passed)
      }
      let found = try files.file(at: place.path)
      try await files.copy(found) { try context.output.write($0) }
      return .success
    } catch {
      return context.end(with: error)
    }
  }
}
