import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// What is written anew of an image on its way. Each of these gives it a new digest.
struct ConversionOptions: ParsableArguments {
  @Option(help: .init(CopyHelp.format, valueName: "docker|oci"))
  var format: String?

  @Option(help: .init(CopyHelp.index, valueName: "rewrite"))
  var index: String?

  @Option(help: .init(CopyHelp.attestations, valueName: "drop"))
  var attestations: String?

  @Option(help: .init(FormatHelp.layers, valueName: "as-is|gzip|plain"))
  var layers: String?

  /// - Parameter platforms: those that `--platform` names.
  /// - Returns: also the platform that is copied alone, with the digest that it has.
  /// - Throws: ``PushOptionError``.
  func conversion(_ platforms: [Platform]) throws -> (conversion: CopyConversion, platform: Platform?) {
    var conversion = CopyConversion()
    if let format {
      guard let known = CopyConversion.Format(rawValue: format) else {
        throw PushOptionError.value(option: "--format", format, known: ["docker", "oci"])
      }
      conversion.format = known
    }
    if let attestations {
      guard attestations == "drop" else {
        throw PushOptionError.value(option: "--attestations", attestations, known: ["drop"])
      }
      conversion.dropsAttestations = true
    }
    guard let index else {
      guard platforms.count < 2 else { throw PushOptionError.severalPlatforms }
      return (conversion, platforms.first)
    }
    guard index == "rewrite" else { throw PushOptionError.value(option: "--index", index, known: ["rewrite"]) }
    conversion.platforms = platforms
    return (conversion, nil)
  }
}
