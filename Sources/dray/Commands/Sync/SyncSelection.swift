import DrayMessages
import ImageCopy
import ImageLists
import ImageModel

/// The images of a list, as far as their names say what is meant; patterns are still to be asked about.
struct SyncSelection: Sendable {
  /// An image, or what stands for several. Lists are long: each holds no more than what is needed of it.
  indirect enum Item: Sendable {
    case image(ImageReference, Platform?)
    /// One that a line of the list gives another name.
    case renamed(ImageReference, as: ImageReference, Platform?)
    /// With the words of the list.
    case pattern(ImagePattern, text: String, Platform?)
    /// Of the file of another tool.
    case entry(SyncEntry, Platform?)

    var registry: RegistryName {
      switch self {
      case .image(let reference, _), .renamed(let reference, as: _, _): reference.registry
      case .pattern(let pattern, text: _, _): pattern.registry
      case .entry(let entry, _):
        switch entry.source {
        case .repository(let reference): reference.registry
        case .registry(let registry, _): registry
        }
      }
    }

    /// Nil where the command's target counts.
    var target: RegistryName? {
      guard case .entry(let entry, _) = self else { return nil }
      return switch entry.target {
      case .repository(let reference): reference.registry
      case .registry(let registry, _): registry
      case nil: nil
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
  /// Nil where every item has a target of its own.
  let place: Place?
  /// How images are called at the command's target.
  let naming: ImageNaming
  /// How registries are reached, as the file says it.
  private(set) var registries: [SyncRegistry] = []
  /// What the file says, and what is not followed.
  private(set) var passedOver: [SyncList.PassedOverKey] = []

  var sources: Set<RegistryName> { Set(items.map(\.registry)) }
  var targets: Set<RegistryName> { Set(items.compactMap { $0.target ?? place?.registry }) }

  /// Reads a list, or the file of another tool.
  ///
  /// - Parameter naming: how images are called at the target. Where it says nothing, a file of skopeo keeps what skopeo makes of
  ///   it: the last part of a repository.
  /// - Throws: ``SelectionError``; ``SyncOptionError``; as `NamedImage.meaning(_:)`.
  init(
    _ path: String, to place: Place?, naming: ImageNaming = ImageNaming(), _ settings: PullSettings,
    in context: CommandContext
  ) async throws {
    self.place = place
    let bytes = path == "-" ? try await context.input.all(limit: ImageList.limit) : try NamedImage.read(path)
    let file: SyncList?
    do {
      file = try SyncList.read(
        bytes, path: path, environment: context.environment,
        file: { (try? NamedImage.read($0)).map { String(decoding: $0, as: UTF8.self) } })
    } catch { throw SelectionError.list(path: path, error) }
    self.naming = file?.kind == .skopeo && naming.isPlain ? ImageNaming(flattens: true) : naming
    if let file {
      items = try file.entries.map { entry in
        guard entry.platforms.count < 2 else { throw SyncOptionError.severalPlatforms("\(path): \(Self.name(entry))") }
        return .entry(entry, entry.platforms.first ?? settings.platforms.first)
      }
      registries = file.registries
      passedOver = file.passedOver
    } else {
      var items: [Item] = []
      for listed in try NamedImage.images(of: bytes, path: path, in: context) {
        let named = try NamedImage.named(listed, path: path, settings)
        if case .several = named.platforms { throw SyncOptionError.severalPlatforms(named.text) }
        let platform = named.platforms.first
        switch try await named.meaning(settings) {
        case .pattern(let pattern): items.append(.pattern(pattern, text: named.text, platform))
        case .image(let image):
          items.append(
            named.name.map { .renamed(image.reference, as: $0, platform) } ?? .image(image.reference, platform))
        }
      }
      self.items = items
    }
    guard !items.isEmpty else { throw SelectionError.list(path: path, ImageListError(.empty, line: nil)) }
    guard place != nil || items.allSatisfy({ $0.target != nil }) else { throw SyncOptionError.noTarget }
    guard naming.isPlain || items.allSatisfy({ $0.target == nil }) else { throw SyncOptionError.namesInFile(path) }
  }

  private static func name(_ entry: SyncEntry) -> String {
    switch entry.source {
    case .repository(let reference): reference.qualifiedRepository
    case .registry(let registry, _): "\(registry)"
    }
  }

  /// Asks what patterns stand for.
  ///
  /// - Parameter failed: told of a pattern that cannot be asked about, or that nothing fits.
  /// - Throws: `ImageReferenceError`; ``SyncOptionError``; `CancellationError`.
  func entries(
    _ puller: any ImagePuller, tags: [TagSelection], observe: @escaping @Sendable (PullWarning) -> Void,
    failed: (_ pattern: String, any ClassifiedError) -> Void
  ) async throws -> [SyncRequest.Entry] {
    var entries: [SyncRequest.Entry] = []
    entries.reserveCapacity(items.count)
    for item in items {
      switch item {
      case .image(let reference, let platform): entries.append(try entry(reference, platform))
      case .renamed(let reference, as: let name, let platform):
        entries.append(try entry(reference, as: name, platform))
      case .pattern(let pattern, let text, let platform):
        do {
          let found = try await puller.images(matching: pattern, tags: tags, observe: observe)
          if found.isEmpty { failed(text, SelectionError.nothingMatches(pattern.description)) }
          for reference in found { entries.append(try entry(reference, platform)) }
        } catch let error as any ClassifiedError { failed(text, error) }
      case .entry(let entry, let platform):
        do {
          let found = try await images(of: entry, puller, tags, observe)
          if found.isEmpty { failed(Self.name(entry), SelectionError.nothingMatches(Self.name(entry))) }
          for (source, tag) in found {
            var image = try self.entry(source, tag: tag, to: entry.target, platform)
            image.bringsReferrers = entry.bringsReferrers == true
            entries.append(image)
          }
        } catch let error as any ClassifiedError { failed(Self.name(entry), error) }
      }
    }
    return entries
  }

  /// The images that an entry of another tool's file means, and the tag that each gets.
  private func images(
    of entry: SyncEntry, _ puller: any ImagePuller, _ tags: [TagSelection],
    _ observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [(source: ImageReference, tag: String?)] {
    var repositories: [(name: ImageReference, tags: [String])] = []
    switch (entry.source, entry.tags) {
    case (.repository(let name), .listed): repositories = [(name, [])]
    case (.repository(let name), _):
      let pattern = try ImagePattern(parsing: name.qualifiedRepository)
      let found = try await puller.images(matching: pattern, tags: [], observe: observe)
      repositories = [(name, found.compactMap(\.tag))]
    case (.registry(let registry, let rule), _):
      let found = try await puller.images(
        matching: try ImagePattern(parsing: "\(registry)/*"), tags: [], observe: observe)
      for image in found where rule.means(image.repository) {
        guard let tag = image.tag else { continue }
        if repositories.last?.name.repository == image.repository {
          repositories[repositories.count - 1].tags.append(tag)
        } else {
          repositories.append((try ImageReference(registry: registry, repository: image.repository), [tag]))
        }
      }
    }
    return try repositories.flatMap { name, all in
      let wanted = entry.tags.chosen(from: all)
      let kept = tags.isEmpty ? nil : Set(tags.chosen(from: wanted.compactMap(\.tag)))
      return try wanted.filter { listed in kept.map { $0.contains(listed.tag ?? "") } ?? true }.map { listed in
        let source = try ImageReference(
          registry: name.registry, repository: name.repository, tag: listed.tag, digest: listed.digest)
        return (source, listed.targetTag ?? listed.tag)
      }
    }
  }

  private func entry(
    _ source: ImageReference, tag: String?, to target: SyncEntry.Target?, _ platform: Platform?
  ) throws -> SyncRequest.Entry {
    let name = try ImageReference(
      registry: source.registry, repository: source.repository, tag: tag, digest: tag == nil ? source.digest : nil)
    let renamed: ImageReference
    switch target {
    case nil: return try entry(name, from: source, naming, platform)
    case .registry(let registry, let path): renamed = try name.moved(below: path, of: registry)
    case .repository(let repository):
      renamed = try ImageReference(
        registry: repository.registry, repository: repository.repository, tag: name.tag, digest: name.digest)
    }
    return SyncRequest.Entry(source: source, target: renamed, platform: platform)
  }

  /// - Parameter name: one that a line of the list gives the image, which counts more than what is said for all.
  private func entry(
    _ source: ImageReference, as name: ImageReference? = nil, _ platform: Platform?
  ) throws -> SyncRequest.Entry {
    try entry(name ?? source, from: source, name == nil ? naming : ImageNaming(), platform)
  }

  private func entry(
    _ name: ImageReference, from source: ImageReference, _ naming: ImageNaming, _ platform: Platform?
  ) throws -> SyncRequest.Entry {
    guard let place else { throw SyncOptionError.noTarget }
    let subject = ImageNaming.Subject(name, digest: source.digest, platform: platform)
    return SyncRequest.Entry(
      source: source, target: try naming.name(of: subject, below: place.registry, path: place.path),
      platform: platform)
  }
}

extension PlatformSelection {
  fileprivate var first: Platform? {
    if case .one(let platform) = self { platform } else { nil }
  }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
