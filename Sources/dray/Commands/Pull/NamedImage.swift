import DrayMessages
import FileAccess
import FoundationEssentials
import ImageCopy
import ImageLists
import ImageModel
import SystemPackage

/// An image as the command line or a list names it.
struct NamedImage: Sendable {
  var text: String
  /// Nil for the command line.
  var place: (path: String, line: Int)?
  var platforms: PlatformSelection
  var name: ImageReference?

  /// The image that is meant, or the pattern of many.
  enum Meaning: Sendable {
    case image(RequestedImage)
    case pattern(ImagePattern)

    var registry: RegistryName {
      switch self {
      case .image(let image): image.reference.registry
      case .pattern(let pattern): pattern.registry
      }
    }

    var pattern: ImagePattern? {
      if case .pattern(let pattern) = self { pattern } else { nil }
    }
  }

  /// - Throws: ``SelectionError``; as `ConnectionSettings.reference(finding:)`.
  func meaning(_ settings: PullSettings) async throws -> Meaning {
    do {
      if isPattern || !settings.tags.isEmpty {
        let pattern = try pattern()
        guard isPattern || pattern.tag == nil else { throw SelectionError.tagAndTags(text) }
        return .pattern(try await settings.connection.pattern(finding: text))
      }
      return .image(requested(try await settings.connection.reference(finding: text), settings))
    } catch let error as ImageReferenceError {
      guard let place else { throw error }
      throw SelectionError.listedName(path: place.path, line: place.line, error)
    }
  }

  /// What has a scheme or a user's name is a pasted address, and no pattern of names.
  private var isPattern: Bool {
    NamePattern.isPattern(text) && !text.contains("://") && !text.contains("@")
  }

  private func pattern() throws -> ImagePattern {
    do { return try ImagePattern(parsing: text) } catch {
      guard isPattern else { throw error }
      throw SelectionError.pattern(text)
    }
  }

  func requested(_ reference: ImageReference, _ settings: PullSettings) -> RequestedImage {
    var image = RequestedImage(reference: reference)
    image.platforms = platforms
    image.name = name
    image.bringsReferrers = settings.bringsReferrers
    image.tagIsLabel = place != nil
    return image
  }
}

extension NamedImage {
  /// Everything that a command names: its arguments, then its lists.
  ///
  /// - Throws: ``SelectionError``; ``UsageError``; `CancellationError`.
  static func all(_ references: [String], _ settings: PullSettings, in context: CommandContext) async throws
    -> [NamedImage]
  {
    var name: ImageReference?
    if case .one(let only) = settings.names { name = only }
    var images = references.map { NamedImage(text: $0, platforms: settings.platforms, name: name) }
    for path in settings.lists {
      let bytes = path == "-" ? try await context.input.all(limit: ImageList.limit) : try read(path)
      let listed = try Self.images(of: bytes, path: path, in: context)
      for image in listed { images.append(try named(image, path: path, settings)) }
    }
    return images
  }

  static func images(
    of bytes: [UInt8], path: String, in context: CommandContext
  ) throws(SelectionError) -> [ListedImage] {
    let project = ProjectVariables(beside: path, environment: context.environment)
    let listed = Result { () throws(ImageListError) in
      try ImageList.read(bytes, environment: context.environment, project: { project.value(of: $0) }) { image in
        context.say(SelectionPhrase.passedOver(path: path, image))
      }
    }
    if let fault = project.fault { throw fault }
    do { return try listed.get() } catch { throw .list(path: path, error) }
  }

  static func named(_ listed: ListedImage, path: String, _ settings: PullSettings) throws -> NamedImage {
    let platforms: PlatformSelection =
      if listed.wantsAllPlatforms { .all } else {
        switch listed.platforms.count {
        case 0: settings.platforms
        case 1: .one(listed.platforms[0])
        default: .several(listed.platforms)
        }
      }
    var image = NamedImage(text: listed.name, place: (path, listed.line), platforms: platforms)
    if let text = listed.loadedName {
      do { image.name = try ImageReference(parsing: text) } catch {
        throw SelectionError.listedName(path: path, line: listed.line, error)
      }
    }
    return image
  }

  /// One byte more than the limit tells that a file is too large.
  static func read(_ path: String) throws(SelectionError) -> [UInt8] {
    do { return try FileDescriptor.bytes(of: FilePath(path), limit: ImageList.limit + 1) } catch {
      throw .unreadableList(path: path, (error as? Errno)?.rawValue ?? 0)
    }
  }
}
