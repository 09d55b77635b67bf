import ArgumentParser
import DrayMessages
import ImageModel
import ImageTransfer

/// `dray digest`
struct DigestCommand: ContextualCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "digest", abstract: InquiryHelp.digest.text(Help.language),
      usage: InquiryHelp.digestUsage.text(Help.language), discussion: InquiryHelp.digestDetails.text(Help.language))
  }

  @Argument(help: .init(HelpPhrase.reference, valueName: "reference"))
  var reference: String

  @Option(help: .init(InquiryHelp.platformOfIndex, valueName: "os/arch[/variant]"))
  var platform: String?

  @Flag(help: .init(InquiryHelp.jsonAnswer))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: reference, isJSON: json)
    do {
      let platform = try PlatformOption.read(platform)
      return await inquiry.run(of: reference) { reference, door, access in
        let inspector = try ImageInspector(reference, door: door, access: access) { inquiry.warn($0) }
        let digest = try await inspector.digest(of: reference, platform: platform) { inquiry.warn($0) }
        let text = json ? JSONLine.text(DigestRecord(reference: reference, digest: digest)) : "\(digest)\n"
        return Array(text.utf8)
      }
    } catch {
      return inquiry.end(with: error)
    }
  }
}
