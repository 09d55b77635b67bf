import ArgumentParser
import DrayMessages
import ImageContents
import ImageCopy

/// `dray diff`
struct DiffCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("diff", DiffHelp.self) }

  @Argument(help: .init(DiffHelp.old, valueName: "old"))
  var first: String

  @Argument(help: .init(DiffHelp.new, valueName: "new"))
  var second: String

  @OptionGroup var options: ImageChoiceOptions

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let source = ImageSource(
      texts: [first, second], choice: options, connection: connection, isJSON: json, context: context)
    do {
      return try await source.openAll { images in
        let (one, other) = (images[0], images[1])
        let sizes = ImageComparison(one, other, width: 1).sizes
        let difference = try await LayerProgress.shown(context, sizes: sizes) { passed in
          try await ImageComparison(one, other, width: LayerProgress.width, passed: passed).run()
        }
        try context.output.write(
          json
            ? DifferenceRecords.text(difference)
            : DifferenceText(difference: difference, language: context.language).text)
        return .success
      }
    } catch {
      return source.end(with: error)
    }
  }
}
