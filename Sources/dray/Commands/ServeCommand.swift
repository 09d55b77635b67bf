import ArgumentParser
import DrayMessages
import FileAccess
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

  @OptionGroup var connection: ConnectionOptions

  @OptionGroup var pushing: AcceptPushOptions

  func run(in context: CommandContext) async -> ExitCode {
    // Those that reading the command line took are not needed beside those of the start.
    ProgramPages.letGo()
    do {
      guard paths.allSatisfy({ !$0.isEmpty }) else { throw ServeOptionError.emptyPath }
      let settings = try ServerSettings(options, environment: context.environment)
      let client = try options.client.map { text throws(ServeOptionError) in
        guard let client = ClientConfiguration(rawValue: text) else { throw .client(text) }
        return client
      }
      let isForDesktop = client == nil && !hasSomethingToServe
      guard !isForDesktop || Desktop.isThere(context) && settings.isLoopback else {
        throw ServeOptionError.nothingToServe
      }
      let connection = try await ConnectionSettings(self.connection, in: context)
      var upstream = upstream
      if isForDesktop { upstream.registries = Desktop.registries(throughProxy: connection.access.mayUseProxy) }
      let upstreams = try UpstreamSettings(upstream, connection, in: context)
      let pushingTo = try PagePush(pushing, settings, connection, isOpen: options.anonymous, in: context)
      try await ServerThreads.run {
        let contents = WatchedContents(paths.map { FilePath($0) })
        for notice in try await contents.rescan() { say(ServePhrase.notice(notice), context) }
        let server = { @Sendable [upstreams] (changing: (any ChangingImages)?) in
          MirrorServer(
            settings, authority: settings.authority(port: settings.port),
            images: ServedImages(contents.current, changing: changing), upstreams: upstreams.rule,
            hasCache: upstreams.cache != nil)
        }
        if let client { return try context.output.write(client.text(for: server(nil))) }
        var upstreams = upstreams
        upstreams.onDisk = { contents.current }
        let push = try PushPart(pushing, settings, isOpen: options.anonymous) { contents.current }
        upstreams.pushed = push?.handler
        let disk = DiskRegistry({ contents.current }, changing: push?.images) { contents.lookAgain(at: $0) }
        let page = PageParts(
          hasDisk: !paths.isEmpty, push: push, pushingTo: pushingTo, upstreams: upstreams.rule,
          server: { server(push?.images) }
        ) { contents.current }
        try await UpstreamParts.with(upstreams, observe: { say(UpstreamPhrase.event($0), context) }) { parts in
          if !options.anonymous, settings.login == nil { try parts.checkLogins(for: settings) }
          let pushed: [any RequestHandler] = push.map { [$0.handler] } ?? []
          let handlers = pushed + [disk] + parts.handlers + page.handlers
          let rights = rights(lendsLogin: parts.lendsLogin)
          try await withThrowingTaskGroup(of: Void.self) { group in
            if let push { group.addTask { try await push.handler.endIdleUploads() } }
            let images = { @Sendable in ServedImages(contents.current, changing: push?.images) }
            try await serve(contents, images, handlers, settings, rights, isForDesktop: isForDesktop, context)
            group.cancelAll()
          }
        }
      }
      return .success
    } catch {
      return context.end(with: error)
    }
  }

  private var hasSomethingToServe: Bool {
    !paths.isEmpty || !upstream.registries.isEmpty || upstream.cache != nil || pushing.acceptPush != nil
      || pushing.pushTarget != nil
  }

  /// How often folders and certificates are looked at.
  private static let watchInterval: Duration = .seconds(2)

  private func serve(
    _ contents: WatchedContents, _ images: @escaping @Sendable () -> ServedImages, _ handlers: [any RequestHandler],
    _ settings: ServerSettings, _ rights: [ServeRight], isForDesktop: Bool, _ context: CommandContext
  ) async throws {
    context.allowGrace(Int(settings.limits.drainTime.components.seconds) + 2)
    let log = options.quiet || isForDesktop ? nil : AccessLog(context.output)
    let run = { (settings: ServerSettings) in
      try await RegistryApplication(settings, handlers: handlers, finished: { log?.note($0) }).run { address in
        if isForDesktop {
          let url = settings.url(port: address.port)
          say(ServePhrase.page(url), context)
          await Desktop.open(url, in: context)
        } else {
          tell(settings, rights, port: address.port ?? settings.port, images: images().tagCount, context)
        }
        // It may run for weeks, and most of what is in memory now was needed to begin.
        ProgramPages.letGo()
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await contents.watch(every: Self.watchInterval) { say(ServePhrase.notice($0), context) }
      }
      group.addTask { try await contents.makeManifests { say(ServePhrase.notice($0), context) } }
      if let certificate = settings.certificate { group.addTask { try await watch(certificate, context) } }
      group.addTask {
        try await contents.verify(options.verifies, every: Self.watchInterval) {
          say(ServePhrase.notice($0), context)
        }
      }
      do { try await run(settings) } catch ServerError.listen(_, _, .addressInUse?)
        where isForDesktop && options.listen == nil
      {
        var other = settings
        other.port = 0
        try await run(other)
      }
      group.cancelAll()
    }
    await log?.close()
  }

  /// Says where the server is, and what whoever runs it should know.
  private func tell(
    _ settings: ServerSettings, _ rights: [ServeRight], port: Int, images: Int, _ context: CommandContext
  ) {
    say(ServePhrase.started(settings.url(port: port), images: images), context)
    if !settings.isLoopback {
      say(settings.login == nil ? ServePhrase.open : .openWithLogin, context)
      for right in rights { say(ServePhrase.right(right), context) }
    }
    if let own = settings.ownAuthority {
      let phrase = TrustPhrase(
        file: own.certificateFile.string, fingerprint: own.fingerprint, authority: settings.authority(port: port))
      if let name = own.newName { say(ServePhrase.newAuthority(name: name), context) }
      say(phrase, context)
    }
    if settings.login != nil, !settings.isLoopback, settings.certificate == nil {
      say(ServePhrase.warning(.passwordInTheClear), context)
    }
  }

  private func watch(_ certificate: ServerCertificate, _ context: CommandContext) async throws {
    while true {
      try await Task.sleep(for: Self.watchInterval)
      if let error = try await certificate.refresh() { context.report(error) }
    }
  }

  /// What clients may do beside pulling what is on disk.
  private func rights(lendsLogin: Bool) -> [ServeRight] {
    [
      pushing.acceptPush == nil ? nil : pushing.allowDelete ? .pushAndDelete : .push,
      pushing.pushTarget.map { .pushTo($0) }, lendsLogin ? .useLogins : nil,
    ].compactMap(\.self)
  }

  private func say(_ phrase: some Phrased, _ context: CommandContext) {
    context.say(phrase.text(context.language) + "\n")
  }
}
