import ArgumentParser
import DrayMessages
import EngineClient
import ImageCopy

/// `dray load`
struct LoadCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("load", LoadHelp.self) }

  @Argument(help: .init(LoadHelp.archive, valueName: "archive"))
  var archive: String?

  @Option(name: .customLong("to"), help: .init(LoadHelp.engine, valueName: "docker|podman|containerd"))
  var engine: String?

  @Option(help: .init(LoadHelp.host, valueName: "unix://…|ssh://…"))
  var host: String?

  @Option(help: .init(LoadHelp.namespace, valueName: "name"))
  var namespace: String?

  @OptionGroup var names: LoadedNameOptions

  @Flag(name: .shortAndLong, help: .init(LoadHelp.quiet))
  var quiet = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  func run(in context: CommandContext) async -> ExitCode {
    let display = ProgressDisplay(context, isShown: !quiet && !json)
    do {
      guard let archive, !archive.isEmpty else { throw LoadOptionError.noArchive }
      guard !(quiet && json) else { throw UsageError.quietAndJSON }
      var load = ImageLoad(path: archive)
      load.names = try names.names()
      let found = try await engine(in: context)
      let result = try await load.run(into: found) { event in
        switch event {
        case .started(let started):
          display.say(LoadPhrase.loading(started))
          if let platform = started.onlyPlatform { display.say(LoadPhrase.onlyPlatform(platform)) }
          switch started.leftOutReferrers {
          case .none: break
          case .some: display.say(LoadPhrase.leavesOutSomeReferrers)
          case .all: display.say(LoadPhrase.leavesOutReferrers)
          }
        case .progress(let progress): display.show(progress)
        case .sendsAll(let words): display.say(LoadPhrase.sendsAll(words: words))
        }
      }
      display.say(LoadPhrase.loaded(result))
      for image in result.images where image.names.isEmpty {
        display.say(LoadPhrase.nameless(image, words: result.words))
      }
      let record = LoadRecord(result)
      try context.output.write(
        json ? JSONLine.text(record) : record.images.map { "\(TerminalText.escapedWhole($0))\n" }.joined())
      return .success
    } catch {
      display.end()
      return context.end(with: error, asJSONAbout: json ? archive ?? "" : nil)
    }
  }

  private func engine(in context: CommandContext) async throws -> any Engine {
    let kind = try engine.map { text throws(LoadOptionError) in
      guard let kind = EngineKind(rawValue: text) else { throw .engine(text) }
      return kind
    }
    let place = try host.map { text throws(LoadOptionError) in
      guard let place = EngineHost(parsing: text) else { throw .host(text) }
      return place
    }
    if let namespace {
      guard kind == nil || kind == .containerd else { throw LoadOptionError.namespaceElsewhere }
      guard Self.isNamespace(namespace) else { throw LoadOptionError.namespace(namespace) }
    }
    return try await context.engines.engine(namespace == nil ? kind : .containerd, at: place, namespace: namespace)
  }

  /// As containerd takes them (containerd, pkg/identifiers).
  private static func isNamespace(_ text: String) -> Bool {
    text.utf8.count <= 76 && text.wholeMatch(of: /[A-Za-z0-9]+([._-][A-Za-z0-9]+)*/) != nil
  }
}
