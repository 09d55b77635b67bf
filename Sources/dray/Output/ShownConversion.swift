import ImageTransfer
import Synchronization

/// A conversion, shown while it runs.
struct ShownConversion: Sendable {
  let context: CommandContext
  let isQuiet: Bool
  let isJSON: Bool

  /// How far it is, for a terminal or in lines.
  private enum Display {
    case none
    case terminal(ProgressRenderer)
    case lines(PlainProgress)

    mutating func show(_ progress: PullProgress, at now: Duration, size: TerminalSize) -> String {
      switch self {
      case .none: return ""
      case .terminal(var renderer):
        let text = renderer.frame(progress, size: size, now: now)
        self = .terminal(renderer)
        return text
      case .lines(var plain):
        let line = plain.line(progress, now: now)
        self = .lines(plain)
        return line.map { "\($0)\n" } ?? ""
      }
    }

    mutating func erase(size: TerminalSize) -> String {
      guard case .terminal(var renderer) = self else { return "" }
      defer { self = .terminal(renderer) }
      return renderer.erase(size: size)
    }
  }

  /// - Throws: a `ClassifiedError`; ``StreamError``; `CancellationError`.
  func run(_ conversion: ImageConversion) async throws -> ExitCode {
    let display = Mutex(makeDisplay())
    let size = { @Sendable in TerminalSize(of: context.errors.descriptor) }
    let result: ConversionResult
    do {
      result = try await conversion.run { progress in
        context.say(display.withLock { $0.show(progress, at: context.now(), size: size()) })
      }
    } catch {
      context.say(display.withLock { $0.erase(size: size()) })
      throw error
    }
    context.say(display.withLock { $0.erase(size: size()) })
    if isJSON {
      try context.output.write(JSONLine.text(ConvertedRecord(result)))
    } else {
      if !isQuiet, result.hasZstdForDocker {
        context.say("\(PullPhrase.warning(PullWarning.zstdLayers.phrase).text(context.language))\n")
      }
      if !isQuiet { context.say(lines(result).map { "\($0.text(context.language))\n" }.joined()) }
      try context.output.write("\(result.path)\n")
    }
    return .success
  }

  private func makeDisplay() -> Display {
    if isQuiet || isJSON { return .none }
    return context.errorAbility == .cursor
      ? .terminal(ProgressRenderer(language: context.language)) : .lines(PlainProgress(language: context.language))
  }

  private func lines(_ result: ConversionResult) -> [ConvertPhrase] {
    var lines: [ConvertPhrase] = []
    for image in result.images {
      guard let former = image.formerDigest else { continue }
      lines.append(
        .newDigest(image: image.names.first, former: "\(former)", digest: "\(image.manifestDigest)"))
    }
    if result.artifactsLeftOut > 0 { lines.append(.artifactsLeftOut(count: result.artifactsLeftOut)) }
    lines.append(
      .done(images: result.images.count, size: ByteCount(result.size), time: ElapsedTime(result.elapsed)))
    return lines
  }
}
