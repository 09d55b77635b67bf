import ArgumentParser
import DrayMessages
import ImageContents
import ImageCopy

/// Which image of an archive is meant, as it is typed.
struct ImageChoiceOptions: ParsableArguments {
  @Option(help: .init(OptionHelp.image, valueName: "name"))
  var image: String?

  @Option(help: .init(OptionHelp.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  /// The first of the options that is given.
  var given: String? { image != nil ? "--image" : platform != nil ? "--platform" : nil }

  /// - Throws: ``UsageError``.
  func choice() throws(UsageError) -> ImageChoice {
    ImageChoice(name: image, platform: try PlatformOption.read(platform))
  }
}
