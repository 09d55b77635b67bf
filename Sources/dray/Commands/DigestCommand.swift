import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray digest`
struct DigestCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("digest", DigestHelp.self) }

  @Argument(help: .init(OptionHelp.reference, valueName: "reference"))
  var reference: String

  @Option(help: .init(DigestHelp.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: reference, isJSON: json)
    do {
      let platform = try PlatformOption.read(platform)
      return await inquiry.run(of: reference) { reference, door, _ in
        let inspector = try ImageInspector(reference, by: door) { inquiry.warn($0) }
        let digest = try await inspector.digest(of: reference, platform: platform) { inquiry.warn($0) }
        let text = json ? JSONLine.text(DigestRecord(reference: reference, digest: digest)) : "\(digest)\n"
        return Array(text.utf8)
      }
    } catch {
      return inquiry.end(with: error)
    }
  }
}
