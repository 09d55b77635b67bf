import DrayMessages
import FoundationEssentials
import ImageCopy
import ImageModel

/// `dray` without arguments: asks for an image, pulls it, and says what to do with the file.
struct InteractivePull: Sendable {
  let context: CommandContext
  /// Serves a page in the browser instead, where there is a desktop.
  let openPage: @Sendable () async -> ExitCode

  private var questions: Questions { Questions(context) }

  func run() async -> ExitCode {
    do {
      let code = try await pullWhatIsNamed()
      if context.isTerminalOwn, !code.isInterruption { try await questions.waitForEnter() }
      return code
    } catch {
      context.say("\n")
      return context.signal().map { .interrupted($0) } ?? ExitCode(FailureReport(error).failureClass)
    }
  }

  /// Asks until an image is pulled, until nothing more is typed, or until something fails that another answer would
  /// not mend.
  private func pullWhatIsNamed() async throws -> ExitCode {
    var code = ExitCode(.usage)
    let offersPage = Desktop.isThere(context)
    if offersPage { context.say(PromptPhrase.page) }
    while let text = try await questions.image() {
      if text.isEmpty, offersPage { return await openPage() }
      do {
        code = await pull(try await ConnectionSettings(in: context).reference(finding: text))
      } catch {
        code = context.end(with: error)
      }
      guard case .failure(let failureClass) = code, Self.isMendedByAsking(failureClass) else { return code }
    }
    context.say("\n")
    return code
  }

  private static func isMendedByAsking(_ failureClass: FailureClass) -> Bool {
    switch failureClass {
    case .usage, .notFound, .authentication, .unsupported: true
    default: false
    }
  }

  private func pull(_ reference: ImageReference) async -> ExitCode {
    var access = ConnectionSettings(in: context).access(for: [reference.registry])
    access.login.prompt = { [questions] in try await questions.credential(for: $0) }
    let puller: any ImagePuller
    do { puller = try context.makePuller(access, [reference.registry]) } catch { return context.end(with: error) }
    let words = PullWords(
      language: context.language, detail: .normal, currentFolder: FileManager.default.currentDirectoryPath)
    let code = await ShownPull(context: context, puller: puller, presenter: context.textPresenter(words))
      .run(PullRequest(reference: reference))
    try? await puller.close()
    return code
  }
}

extension ExitCode {
  fileprivate var isInterruption: Bool {
    if case .interrupted = self { true } else { false }
  }
}
