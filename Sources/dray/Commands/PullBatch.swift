import ImageArchive
import ImageModel
import ImageTransfer

/// The images of one command, pulled one after another. All are tried; the first failure's code is the command's.
struct PullBatch: Sendable {
  let texts: [String]
  let settings: PullSettings
  let context: CommandContext

  private enum Entry {
    case request(PullRequest)
    case failure(any Error)
  }

  func run() async -> ExitCode {
    // With standard output closed from the beginning there is nobody to pull for.
    if settings.output == .standardOutput, !context.output.isOpen { return .outputClosed }
    let entries = entries()
    let registries = entries.compactMap { entry in
      if case .request(let request) = entry.entry { request.reference.registry } else { nil }
    }
    let puller: Puller
    do {
      puller = try context.makePuller(settings.connection.access(for: registries), registries)
    } catch {
      return fail(entries, of: error)
    }
    let code: ExitCode
    do {
      try puller.check(settings.output)
      code = await pull(entries, with: puller)
    } catch {
      code = fail(entries, of: error)
    }
    await puller.close()
    return code
  }

  /// Lets all images fail of one thing. A person is told of it once.
  private func fail(_ entries: [(text: String, entry: Entry)], of error: any Error) -> ExitCode {
    var first = ExitCode.success
    var isTold = false
    for (text, entry) in entries {
      let code: ExitCode
      switch entry {
      case .failure(let own): code = report(own, image: text)
      case .request:
        let isKnown = isTold && settings.format != .json
        code = isKnown ? ExitCode(FailureReport(error).failureClass) : report(error, image: text)
        isTold = true
      }
      if first == .success { first = code }
    }
    return first
  }

  private func pull(_ entries: [(text: String, entry: Entry)], with puller: Puller) async -> ExitCode {
    var first = ExitCode.success
    for (text, entry) in entries {
      let code =
        switch entry {
        case .failure(let error): report(error, image: text)
        case .request(let request):
          await run(
            request,
            ShownPull(
              context: context, puller: puller, presenter: presenter(for: text), log: settings.connection.log))
        }
      switch code {
      case .interrupted, .outputClosed: return code
      case .success, .failure: if first == .success { first = code }
      }
    }
    return first
  }

  private func run(_ request: PullRequest, _ pull: ShownPull) async -> ExitCode {
    settings.isDryRun ? await pull.preview(request) : await pull.run(request)
  }

  /// Reads the references. Two different ones must not end in one file: the second would take the first one's place.
  private func entries() -> [(text: String, entry: Entry)] {
    var owners: [String: ImageReference] = [:]
    return texts.map { text in
      do {
        let reference = try settings.connection.access.reference(parsing: text)
        if case .directory = settings.output {
          let name = ArchiveFileName.standard(
            for: reference, platform: settings.platform, isDelta: !settings.bases.isEmpty)
          if let owner = owners[name], owner != reference {
            throw UsageError.sameFile(name: name, "\(owner)", "\(reference)")
          }
          owners[name] = reference
        }
        return (text, .request(settings.request(for: reference)))
      } catch {
        return ((error as? ImageReferenceError)?.text ?? text, .failure(error))
      }
    }
  }

  private func report(_ error: any Error, image: String) -> ExitCode {
    let report = FailureReport(error)
    let reporter = PullReporter(presenter(for: image), context: context) {}
    do { try reporter.failed(.error(report)) } catch { return context.exitCode(for: error) }
    return ExitCode(report.failureClass)
  }

  private func presenter(for image: String) -> any PullPresenter {
    switch settings.format {
    case .json:
      JSONPresenter(image: image, language: context.language, usesErrors: settings.output == .standardOutput)
    case .text(let detail): context.textPresenter(PullWords(language: context.language, detail: detail))
    }
  }
}

extension CommandContext {
  /// What shows a pull to a person, as well as standard error can.
  func textPresenter(_ words: PullWords) -> any PullPresenter {
    words.isQuiet || errorAbility != .cursor ? LinePresenter(words) : TerminalPresenter(words)
  }
}
