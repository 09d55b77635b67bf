import ImageModel
import RegistryClient
import Waiting

/// Takes away the tags of a target that a synchronization did not name: in repositories alone of which it named an image, and
/// of which every image is as it should be.
///
/// Tags that hold signatures and the like for other images stay, whatever they are for.
public struct TagPruning: Sendable {
  /// A tag that nothing in the list is for.
  public struct Tag: Sendable, Hashable {
    public let reference: ImageReference
    /// What it stands for.
    public let digest: Digest

    package init(_ reference: ImageReference, _ digest: Digest) { (self.reference, self.digest) = (reference, digest) }
  }

  /// A repository whose tags all stay, and why.
  public struct Spared: Sendable {
    public enum Reason: Sendable {
      /// An image for it has failed, or was not tried.
      case failedImages
      /// The list names an image of it by its digest alone.
      case digestAlone
      /// Images are read from it, too.
      case isSource
      /// Its tags could not be had.
      case unlisted(any ClassifiedError)
    }

    /// Without a tag.
    public let repository: ImageReference
    public let reason: Reason

    package init(_ repository: ImageReference, _ reason: Reason) {
      (self.repository, self.reason) = (repository, reason)
    }
  }

  public struct Plan: Sendable {
    /// By repository, in the registry's order.
    public internal(set) var tags: [Tag] = []
    public internal(set) var spared: [Spared] = []
  }

  /// What became of a tag.
  public enum Outcome: Sendable {
    case deleted
    /// It stands for this by now, and was left so; nil for nothing.
    case changed(Digest?)
    case failed(any ClassifiedError)
  }

  /// Tags that are asked about at the same time.
  private static let width = 8

  private let images: SyncedImages
  private let access: RegistryAccess

  public init(_ result: SyncResult, _ access: RegistryAccess) {
    (images, self.access) = (result.images, access)
  }

  /// Finds out what would go. Nothing is changed.
  ///
  /// - Throws: `CancellationError`.
  public func plan(observe: @escaping @Sendable (PullWarning) -> Void) async throws -> Plan {
    try await withPlaces(observe) { places in
      var plan = Plan()
      for repository in try repositories() {
        do {
          if let reason = repository.spared {
            plan.spared.append(Spared(repository.name, reason))
          } else {
            plan.tags += try await superfluous(of: repository, places)
          }
        } catch let error as any ClassifiedError {
          plan.spared.append(Spared(repository.name, .unlisted(error)))
        }
      }
      return plan
    }
  }

  /// Takes the tags of a plan away, one after the other: by their names, or where a registry does not offer that, by Harbor's own
  /// API or by digests that nothing else needs. A registry that offers none of these is asked once.
  ///
  /// - Parameter settled: told of each as it happens.
  /// - Throws: `CancellationError`.
  public func carryOut(
    _ plan: Plan, observe: @escaping @Sendable (PullWarning) -> Void, settled: (Tag, Outcome) -> Void
  ) async throws {
    try await withPlaces(observe) { places in
      var refusals: [RegistryName: any ClassifiedError] = [:]
      var deletion = TagDeletion(plan, places)
      for tag in plan.tags {
        try Task.checkCancellation()
        do {
          if let refusal = refusals[tag.reference.registry] { throw refusal }
          settled(tag, try await deletion.delete(tag))
        } catch let error as any ClassifiedError {
          if let error = error as? RegistryError, case .tagsNotDeleted = error.reason {
            refusals[tag.reference.registry] = error
          }
          settled(tag, .failed(error))
        }
      }
    }
  }

  /// A repository of a target, as it is reached: several names may lead to one.
  private struct Repository {
    let name: ImageReference
    var kept: Set<String> = []
    var spared: Spared.Reason?
  }

  private func repositories() throws -> [Repository] {
    var sources: Set<String> = []
    var known: [String: String] = [:]
    func place(_ reference: ImageReference) throws -> String {
      let name = reference.qualifiedRepository
      if let place = known[name] { return place }
      let endpoint = try access.endpoints(for: reference, observe: { _ in }).last ?? .origin(of: reference)
      let place = "\(endpoint.registry)\(endpoint.apiPath)/\(endpoint.repository)"
      known[name] = place
      return place
    }
    for image in images { sources.insert(try place(image.entry.source)) }
    var repositories: [Repository] = []
    var numbers: [String: Int] = [:]
    for image in images {
      let target = image.entry.target
      let place = try place(target)
      let number = numbers[place] ?? repositories.count
      if numbers.updateValue(number, forKey: place) == nil {
        let name = try ImageReference(registry: target.registry, repository: target.repository)
        repositories.append(Repository(name: name, spared: sources.contains(place) ? .isSource : nil))
      }
      if let tag = target.pushTag {
        repositories[number].kept.insert(tag)
      } else if repositories[number].spared == nil {
        repositories[number].spared = .digestAlone
      }
      switch image.outcome {
      case .failed, .notTried: repositories[number].spared = .failedImages
      case .copied, .unchanged, .kept, .planned: break
      }
    }
    return repositories
  }

  private func superfluous(of repository: Repository, _ places: SyncPlaces) async throws -> [Tag] {
    let store = try await places.repository(of: repository.name)
    let tags: [String]
    do { tags = try await store.client.tags(store.repository) } catch let error as RegistryError {
      // A plan for a repository that is still to be made.
      guard case .repositoryNotFound = error.reason else { throw error }
      tags = []
    }
    let rest = tags.filter { !repository.kept.contains($0) && !ReferrerTag.isReferrer($0) }
    return try await inParallel(rest, width: Self.width) { tag -> Tag? in
      let reference = try repository.name.with(tag: tag)
      return try await places.digest(at: reference).map { Tag(reference, $0) }
    }.compactMap(\.self)
  }

  private func withPlaces<Result: Sendable>(
    _ observe: @escaping @Sendable (PullWarning) -> Void, _ body: (SyncPlaces) async throws -> Result
  ) async throws -> Result {
    let targets = Set(images.map(\.entry.target.registry))
    return try await RegistryDoor.with(access, registries: Array(targets)) { door in
      try await body(SyncPlaces(door, access, from: door, access, observe: observe))
    }
  }
}
