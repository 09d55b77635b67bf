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

  @OptionGroup var upstream: UpstreamOptions

  @OptionGroup var pushing: AcceptPushOptions

  func run(in context: CommandContext) async -> ExitCode {
    do {
      try await serve(in: context)
      return .success
    } catch {
      return context.end(with: error)
    }
  }

  /// How often folders are looked at.
  private static let watchInterval: Duration = .seconds(2)

  private func serve(in context: CommandContext) async throws {
    guard paths.allSatisfy({ !$0.isEmpty }) else { throw ServeOptionError.emptyPath }
    let settings = try ServerSettings(options)
    let upstreams = try await UpstreamSettings(upstream, in: context)
    context.allowGrace(Int(settings.limits.drainTime.components.seconds) + 2)
    let log = options.quiet ? nil : AccessLog(context.output)
    try await ServerThreads.run {
      let contents = WatchedContents(paths.map { FilePath($0) })
      for notice in try await contents.rescan() { say(ServePhrase.notice(notice), context) }
      let push = try PushPart(pushing, settings) { contents.current }
      let disk = DiskRegistry({ contents.current }, changing: push?.images)
      let page = PageParts(push: push, upstreams: upstreams.rule) { contents.current }
      try await UpstreamParts.with(upstreams, observe: { say(UpstreamPhrase.event($0), context) }) { parts in
        try parts.checkLogins(for: settings)
        let application = RegistryApplication(
          settings, handlers: (push.map { [$0.handler] } ?? []) + [disk] + parts.handlers + page.handlers,
          finished: { log?.note($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            try await contents.watch(every: Self.watchInterval) { say(ServePhrase.notice($0), context) }
          }
          if let push { group.addTask { try await push.handler.endIdleUploads() } }
          try await application.run { address in
            let url = "http://\(ServerURL.authority(settings.host, address.port ?? settings.port))"
            say(ServePhrase.started(url, images: contents.current.tagCount), context)
          }
          group.cancelAll()
        }
      }
    }
    await log?.close()
  }

  private func say(_ phrase: some Phrased, _ context: CommandContext) {
    context.say(phrase.text(context.language) + "\n")
  }
}
