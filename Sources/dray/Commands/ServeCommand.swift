import ArgumentParser
import DrayMessages
import ImageCopy
import RegistryServer
import SystemPackage

/// `dray serve`
struct ServeCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("serve", ServeHelp.self) }

  @Argument(help: .init(ServeHelp.paths, valueName: "path"))
  var paths: [String] = []

  @OptionGroup var options: ServeOptions

  func run(in context: CommandContext) async -> ExitCode {
    do {
      try await serve(in: context)
      return .success
    } catch {
      return context.end(with: error)
    }
  }

  private func serve(in context: CommandContext) async throws {
    guard paths.allSatisfy({ !$0.isEmpty }) else { throw ServeOptionError.emptyPath }
    let settings = try ServerSettings(options)
    context.allowGrace(Int(settings.limits.drainTime.components.seconds) + 2)
    let log = options.quiet ? nil : AccessLog(context.output)
    try await ServerThreads.run {
      let finder = ContentsFinder(paths.map { FilePath($0) })
      let (contents, notices) = try await finder.read()
      for notice in notices { say(.notice(notice), context) }
      let application = RegistryApplication(
        settings, handlers: [DiskRegistry { contents }], finished: { log?.note($0) })
      try await application.run { address in
        let url = "http://\(ServerURL.authority(settings.host, address.port ?? settings.port))"
        say(.started(url, images: contents.tagCount), context)
      }
    }
    await log?.close()
  }

  private func say(_ phrase: ServePhrase, _ context: CommandContext) {
    context.say(phrase.text(context.language) + "\n")
  }
}
