import ImageModel
import RegistryClient
import Waiting

/// Finds the images that a pattern stands for.
struct PatternSearch: Sendable {
  let door: RegistryDoor

  /// Repositories whose tags are asked for at the same time.
  private static let width = 4

  /// The images of a registry that fit, in the order of repositories and versions.
  ///
  /// Tags that hold signatures and the like for other images (`sha256-….sig`) are no images.
  ///
  /// - Parameter tags: all must hold; none for every tag.
  /// - Throws: `RegistryError`; `CancellationError`.
  func images(
    matching pattern: ImagePattern, tags: [TagSelection], observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [ImageReference] {
    let client = try await door.client(for: pattern.registry, observe: observe)
    let repositories = try await repositories(matching: pattern, client)
    let found = try await inParallel(repositories, width: Self.width) { repository in
      var names: [String]
      do { names = try await client.tags(repository) } catch let error as RegistryError {
        // A catalog still names what has been deleted.
        guard !pattern.repository.isLiteral, case .repositoryNotFound = error.reason else { throw error }
        names = []
      }
      names = names.filter { name in
        !ReferrerTag.isReferrer(name) && (pattern.tag?.matches(name) ?? true)
      }
      return try tags.chosen(from: names).map { tag in
        try ImageReference(registry: pattern.registry, repository: repository, tag: tag)
      }
    }
    return found.flatMap(\.self)
  }

  private func repositories(matching pattern: ImagePattern, _ client: EndpointClient) async throws -> [String] {
    guard !pattern.repository.isLiteral else { return [pattern.repository.description] }
    let lister = RegistryLister(client, name: pattern.registry)
    let fits = { (names: [RegistryListing.Repository]) in
      names.map(\.name).filter { pattern.repository.matches($0) }
    }
    if let project = pattern.fixedPath.first, case .repositories(let list) = try await lister.list([project]).listing {
      return fits(list)
    }
    switch try await lister.list([]).listing {
    case .repositories(let list): return fits(list)
    case .projects(let projects):
      let projectPattern = NamePattern(String(pattern.repository.description.prefix { $0 != "/" }))
      let lists = try await inParallel(
        projects.map(\.name).filter { projectPattern.matches($0) || projectPattern.description.contains("*") },
        width: Self.width
      ) { project -> [RegistryListing.Repository] in
        guard case .repositories(let list) = try await lister.list([project]).listing else { return [] }
        return list
      }
      return lists.flatMap(fits)
    case .artifacts, .tags: return []
    }
  }
}
