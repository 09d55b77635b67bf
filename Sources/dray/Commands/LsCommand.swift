import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray ls`
struct LsCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("ls", LsHelp.self) }

  @Argument(help: .init(LsHelp.place, valueName: "registry[/path]|image|archive"))
  var place: String

  @Argument(help: .init(LsHelp.path, valueName: "path"))
  var path: String?

  @OptionGroup var choice: ImageChoiceOptions

  @Flag(name: .shortAndLong, help: .init(LsHelp.recursive))
  var recursive = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: place, isJSON: json)
    do {
      // A path is in an image; a name alone is a registry's.
      if path != nil || ImageOperand(place).archive != nil || RegistryPlace.hasTag(place) {
        let source = ImageSource(
          texts: [place], choice: choice, connection: connection, isJSON: json, context: context)
        let listing = FileListing(path: path ?? "/", isRecursive: recursive, isJSON: json, context: context)
        try await source.open { try await listing.run(of: $0) }
        return .success
      }
      if let option = choice.given ?? (recursive ? "--recursive" : nil) {
        throw ContentsUsageError.onlyForImages(option: option, place: place)
      }
      let place = try RegistryPlace(parsing: place)
      return await inquiry.run(of: place.registry) { door, _ in
        let client = try await door.client(for: place.registry) { inquiry.warn($0) }
        let answer = try await RegistryLister(client, name: place.registry).list(place.path)
        let host = "\(place.registry)"
        let warning: ListPhrase? =
          answer.refusedLogin.map { .refusedLogin(host, $0) } ?? (answer.isWithoutLogin ? .withoutLogin(host) : nil)
        if let warning { context.say(PullPhrase.warning(warning.phrase)) }
        let text = ListingText(listing: answer.listing, place: place, language: context.language)
        return Array((json ? text.json : text.text).utf8)
      }
    } catch {
      return inquiry.end(with: error)
    }
  }
}
