import DrayMessages
import ImageCopy
import ImageModel

/// The images of a list, as far as their names say what is meant; patterns are still to be asked about.
struct SyncSelection: Sendable {
  /// An image, or what stands for several, and where it goes.
  struct Item: Sendable {
    let named: NamedImage
    let meaning: NamedImage.Meaning
    let platform: Platform?

    var registry: RegistryName {
      switch meaning {
      case .image(let image): image.reference.registry
      case .pattern(let pattern): pattern.registry
      }
    }
  }

  /// Where all images go.
  struct Place: Sendable {
    let registry: RegistryName
    let path: String

    /// - Throws: ``SyncOptionError/target(_:)``.
    init(_ text: String) throws(SyncOptionError) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      let path = parts.dropFirst().joined(separator: "/").trimmingSlash
      guard let registry = try? RegistryName(parsing: parts[0]),
        path.isEmpty || (try? ImageReference(registry: registry, repository: path)) != nil
      else { throw .target(text) }
      (self.registry, self.path) = (registry, path)
    }
  }

  let items: [Item]
  let place: Place

  var sources: Set<RegistryName> { Set(items.map(\.registry)) }

  /// Reads a list.
  ///
  /// - Throws: ``SelectionError``; ``SyncOptionError``; as `NamedImage.meaning(_:)`.
  init(_ path: String, to place: Place, _ settings: PullSettings, in context: CommandContext) async throws {
    self.place = place
    var settings = settings
    settings.lists = [path]
    var items: [Item] = []
    for named in try await NamedImage.all([], settings, in: context) {
      let platform: Platform?
      switch named.platforms {
      case .one(let one): platform = one
      case .all: platform = nil
      case .several: throw SyncOptionError.severalPlatforms(named.text)
      }
      items.append(Item(named: named, meaning: try await named.meaning(settings), platform: platform))
    }
    self.items = items
  }

  /// Asks what patterns stand for.
  ///
  /// - Parameter failed: told of a pattern that cannot be asked about, or that nothing fits.
  /// - Throws: `ImageReferenceError`; `CancellationError`.
  func entries(
    _ puller: any ImagePuller, tags: [TagSelection], observe: @escaping @Sendable (PullWarning) -> Void,
    failed: (_ pattern: String, any ClassifiedError) -> Void
  ) async throws -> [SyncRequest.Entry] {
    var entries: [SyncRequest.Entry] = []
    for item in items {
      switch item.meaning {
      case .image(let image):
        let name = item.named.name ?? image.reference
        entries.append(try entry(image.reference, as: name, item.platform))
      case .pattern(let pattern):
        do {
          let found = try await puller.images(matching: pattern, tags: tags, observe: observe)
          if found.isEmpty { failed(item.named.text, SelectionError.nothingMatches(pattern.description)) }
          for reference in found { entries.append(try entry(reference, as: reference, item.platform)) }
        } catch let error as any ClassifiedError { failed(item.named.text, error) }
      }
    }
    return entries
  }

  private func entry(
    _ source: ImageReference, as name: ImageReference, _ platform: Platform?
  ) throws -> SyncRequest.Entry {
    SyncRequest.Entry(
      source: source, target: try name.moved(below: place.path, of: place.registry), platform: platform)
  }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
