import ArgumentParser
import DrayMessages

/// `dray pull`
struct PullCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("pull", PullHelp.self) }

  @OptionGroup var options: PullOptions

  func run(in context: CommandContext) async -> ExitCode {
    let settings: PullSettings
    let images: [NamedImage]
    do {
      settings = try await PullSettings(options, in: context)
      images = try await NamedImage.all(options.references, settings, in: context)
    } catch {
      return context.end(with: error)
    }
    return await PullBatch(images: images, settings: settings, context: context).run()
  }
}
