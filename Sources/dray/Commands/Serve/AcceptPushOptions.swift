import ArgumentParser
import DrayMessages
import FileAccess
import ImageArchive
import RegistryServer
import SystemPackage

/// The options of `dray serve` that let people push.
struct AcceptPushOptions: ParsableArguments {
  @Option(help: .init(ServeHelp.acceptPush, valueName: "layout"))
  var acceptPush: String?

  @Flag(help: .init(ServeHelp.allowDelete))
  var allowDelete = false

  @Flag(help: .init(ServeHelp.keepTags))
  var keepTags = false

  @Option(name: .customLong("push-to"), help: .init(ServeHelp.pushTo, valueName: "registry/path"))
  var pushTarget: String?
}

/// The part of a server that takes what is pushed.
struct PushPart {
  let handler: PushHandler
  let images: PushedImages
  let path: String

  /// - Parameters:
  ///   - isOpen: whether whoever runs the server lets everybody push.
  ///   - contents: what else is served: a layer of that is copied where a client did not send it, and its tags may be kept.
  /// - Returns: nil where nothing is taken.
  /// - Throws: `ServeOptionError`; `ServerError`; `ArchiveError`; `FileError`.
  init?(
    _ options: AcceptPushOptions, _ settings: ServerSettings, isOpen: Bool,
    contents: @escaping @Sendable () -> ServedContents
  ) throws {
    guard let path = options.acceptPush else {
      guard !options.allowDelete else { throw ServeOptionError.withoutPush(option: "--allow-delete") }
      guard !options.keepTags else { throw ServeOptionError.withoutPush(option: "--keep-tags") }
      return nil
    }
    guard !path.isEmpty else { throw ServeOptionError.emptyPath }
    guard settings.isLoopback || settings.login != nil || isOpen else {
      throw ServeOptionError.openPush(option: "--accept-push", settings.host)
    }
    var limits = UploadLimits()
    limits.allowsDelete = options.allowDelete
    limits.keepsTags = options.keepTags
    let store = try LayoutStore(FilePath(path))
    let uploads = try Self.uploads(of: store)
    images = try PushedImages(store, elsewhere: contents)
    handler = PushHandler(images, uploads: uploads, limits: limits)
    self.path = path
  }

  private static func uploads(of store: LayoutStore) throws -> LayoutUploads {
    do { return try LayoutUploads(of: store) } catch {
      guard case .lockedByOther = error else { throw error }
      throw ServerError.folderInUse(store.path)
    }
  }
}
