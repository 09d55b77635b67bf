import ArgumentParser
import DrayMessages
import ImageContents
import ImageCopy

/// `dray cat`
struct CatCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("cat", CatHelp.self) }

  @Argument(help: .init(CatHelp.image, valueName: "archive:path|image"))
  var image: String

  @Argument(help: .init(CatHelp.path, valueName: "path"))
  var path: String?

  @OptionGroup var options: ImageChoiceOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    do {
      let place = try path.map { ImagePath(image: image, path: $0) } ?? ImagePath(parsing: image)
      let source = ImageSource(
        texts: [place.image], choice: options, connection: connection, isJSON: false, context: context)
      try await source.open { image in
        let files = try await LayerProgress.shown(context, sizes: image.layers.map { $0.size ?? 0 }) { passed in
          try await ImageFiles(
            of: image, for: place.path, isDigesting: true, width: LayerProgress.width, passed: passed)
        }
        try await files.copy(try files.file(at: place.path)) { try context.output.write($0) }
      }
      return .success
    } catch {
      return context.end(with: error)
    }
  }
}
