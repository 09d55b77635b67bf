import ArchiveTools
import DrayMessages
import ImageCopy

/// A conversion, shown while it runs and when it has ended.
struct ShownConversion: Sendable {
  let context: CommandContext
  let isQuiet: Bool
  let isJSON: Bool

  /// How many things that are left out are named.
  private static let named = 10

  func run(_ conversion: ImageConversion) async -> ExitCode {
    let display = ProgressDisplay(context, isShown: !isQuiet && !isJSON)
    do {
      let result = try await conversion.run { display.show($0) }
      for phrase in Self.phrases(of: result) { display.say(phrase) }
      try context.output.write(isJSON ? JSONLine.text(ConvertedRecord(result)) : "\(result.path)\n")
      return .success
    } catch {
      display.end()
      return context.end(with: error, asJSONAbout: isJSON ? conversion.source : nil)
    }
  }

  private static func phrases(of result: ConversionResult) -> [any Phrased] {
    var phrases: [any Phrased] = []
    if result.hasZstdForDocker { phrases.append(PullPhrase.warning(PullWarning.zstdLayers.phrase)) }
    for folder in result.movedFolders {
      phrases.append(PullPhrase.warning(PullWarning.movedAside(path: folder).phrase))
    }
    for image in result.images {
      guard let former = image.formerDigest else { continue }
      phrases.append(
        ConvertPhrase.newDigest(image: image.names.first, former: "\(former)", digest: "\(image.digest)"))
    }
    for content in result.leftOut.prefix(named) {
      phrases.append(PullPhrase.warning(PullWarning.leftOut(content).phrase))
    }
    if result.leftOut.count > named {
      phrases.append(ConvertPhrase.furtherLeftOut(count: result.leftOut.count - named))
    }
    phrases.append(
      ConvertPhrase.done(images: result.images.count, size: ByteCount(result.size), time: ElapsedTime(result.elapsed)))
    return phrases
  }
}
