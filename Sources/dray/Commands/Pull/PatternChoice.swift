import DrayMessages
import ImageCopy
import ImageModel

/// Finds what patterns stand for, shows it, and asks whether that is meant.
struct PatternChoice: Sendable {
  let settings: PullSettings
  let context: CommandContext
  let puller: any ImagePuller

  private var isDetailed: Bool { settings.connection.log != nil }

  /// - Returns: the images of each pattern, by its text.
  /// - Throws: ``SelectionError``; `RegistryError`; `CancellationError`; ``StreamError``.
  func images(_ patterns: [(ImagePattern, NamedImage)]) async throws -> [String: [RequestedImage]] {
    var chosen: [String: [RequestedImage]] = [:]
    var all: [MeasuredImage] = []
    for (pattern, named) in patterns {
      let references = try await puller.images(matching: pattern, tags: settings.tags) {
        context.warn($0, isDetailed: isDetailed)
      }
      let requested = references.map { named.requested($0, settings) }
      let measured = try await puller.measure(requested) { context.warn($0, isDetailed: isDetailed) }.filter {
        !$0.isOtherThanImage
      }
      guard !measured.isEmpty else { throw SelectionError.nothingMatches(pattern.description) }
      chosen[named.text, default: []] += measured.map(\.image)
      all += measured
    }
    try show(all)
    guard settings.isConfirmed || settings.isDryRun else {
      let size = ByteCount(MeasuredImage.total(all))
      guard try await Questions(context).confirms(SelectionPhrase.question(images: all.count, size: size).phrase) else {
        throw SelectionError.declined
      }
      return chosen
    }
    return chosen
  }

  private func show(_ images: [MeasuredImage]) throws {
    let text = SelectionText(images, language: context.language)
    switch settings.format {
    case .json:
      let line = JSONLine.text(SelectionRecord(images))
      if settings.template.output == .standardOutput { context.say(line) } else { try context.output.write(line) }
    case .text(detail: .quiet) where settings.isConfirmed: break
    case .text: context.say(text.lines)
    }
  }
}

extension MeasuredImage {
  /// A chart or a signature, as they stand beside images.
  fileprivate var isOtherThanImage: Bool {
    guard case .failure(let error) = outcome, case ResolveError.notAnImage = error else { return false }
    return true
  }
}
