import ArgumentParser
import ImageModel
import ImageTransfer

/// `dray diff`
struct DiffCommand: ContextualCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "diff", abstract: ContentsHelp.diff.text(Help.language),
      usage: ContentsHelp.diffUsage.text(Help.language), discussion: ContentsHelp.diffDetails.text(Help.language))
  }

  @Argument(help: .init(stringLiteral: ContentsHelp.firstImage.text(Help.language), valueName: "old"))
  var first: String

  @Argument(help: .init(stringLiteral: ContentsHelp.secondImage.text(Help.language), valueName: "new"))
  var second: String

  @OptionGroup var options: ImageChoiceOptions

  @Flag(help: .init(InquiryHelp.jsonAnswer))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: first, isJSON: json)
    do {
      let images = [try ComparedImage(parsing: first), try ComparedImage(parsing: second)]
      let choice = try options.choice()
      let registries = images.compactMap(\.registry)
      guard !registries.isEmpty else {
        return try await answer(images, choice, context: context) { _ in throw CancellationError() }
      }
      let access = try await ConnectionSettings(connection, in: context).access(for: registries)
      let door = try RegistryDoor(access, registries: registries)
      let code: ExitCode
      do {
        code = try await answer(images, choice, context: context) { reference in
          try await LayeredImage.open(reference, platform: choice.platform, door: door, access: access) {
            inquiry.warn($0)
          }
        }
      } catch {
        try? await door.close()
        throw error
      }
      try? await door.close()
      return code
    } catch {
      return inquiry.end(with: error)
    }
  }

  private func answer(
    _ images: [ComparedImage], _ choice: ImageChoice, context: CommandContext,
    open: (ImageReference) async throws -> LayeredImage
  ) async throws -> ExitCode {
    var opened: [LayeredImage] = []
    for image in images {
      switch image {
      case .archive(let path): opened.append(try await LayeredImage.open(archive: path, choice: choice))
      case .reference(let reference): opened.append(try await open(reference))
      }
    }
    let (one, other) = (opened[0], opened[1])
    let sizes = ImageComparison(one, other, width: 1).sizes
    let difference = try await ReadingProgress.shown(context, sizes: sizes) { passed in
      try await ImageComparison(one, other, width: ReadingProgress.width, passed: passed).run()
    }
    try context.output.write(
      json
        ? DifferenceRecords.text(difference) : DifferenceText(difference: difference, language: context.language).text)
    return .success
  }
}
