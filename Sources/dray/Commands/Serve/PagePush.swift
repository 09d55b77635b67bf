import DrayMessages
import ImageCopy
import RegistryServer
import SystemPackage

/// The registry that archives go to which are dropped into the page.
struct PagePush {
  let handler: ArchivePush
  /// As it was typed.
  let target: String

  /// - Parameter isOpen: whether whoever runs the server lets everybody push.
  /// - Returns: nil where none is named.
  /// - Throws: ``ServeOptionError``; ``PushOptionError``; `ImageReferenceError`.
  init?(
    _ options: AcceptPushOptions, _ settings: ServerSettings, _ connection: ConnectionSettings, isOpen: Bool,
    in context: CommandContext
  ) throws {
    guard let text = options.pushTarget else { return nil }
    guard !text.isEmpty else { throw ServeOptionError.emptyPath }
    let place = try PushTarget(text.hasSuffix("/") ? text : text + "/").target(connection)
    guard settings.isLoopback || settings.login != nil || isOpen else {
      throw ServeOptionError.openPush(option: "--push-to", settings.host)
    }
    handler = ArchivePush(
      to: place, connection.access(for: [place.registry]),
      temporary: FilePath(context.environment("TMPDIR") ?? "/tmp"), words: PageErrors.words)
    target = text
  }
}
