import ImageModel
import ImageStores
import RegistryClient

/// The repositories that images go to.
struct PushStores: Sendable {
  let references: [ImageReference]
  /// For each of ``references``, the name that it had.
  let formerNames: [String]
  /// For each of ``references``.
  let images: [CopySource]
  /// How the registry is called in messages.
  let place: String
  private let clients: [String: EndpointClient]
  private let client: EndpointClient
  private let writesReferrerTags: Bool

  /// Connects, and logs in: whoever may not push is told so before anything is read or sent.
  ///
  /// - Parameters:
  ///   - chosen: at least one.
  ///   - prepared: a repository that has been prepared.
  ///   - makesProjects: projects of a Harbor that are not there are made.
  ///   - writesReferrerTags: the tag is written that lists what refers to an image, where the registry has no list.
  /// - Throws: ``PushError``; `ImageNamingError`; `RegistryError`; `ConfigurationError`; `CancellationError`.
  init(
    _ chosen: [ChosenImage], _ door: RegistryDoor, _ access: RegistryAccess, prepared: String?, makesProjects: Bool,
    writesReferrerTags: Bool, observe: @escaping @Sendable (PushEvent) -> Void
  ) async throws {
    let warn: @Sendable (PullWarning) -> Void = { observe(.warning(.access($0))) }
    try ImageNaming.checkNames(
      chosen.filter { $0.source.tag != nil }.map { ($0.reference, $0.source.root, $0.former) })
    references = chosen.map(\.reference)
    formerNames = chosen.map(\.former)
    var clients: [String: EndpointClient] = [:]
    var projects: Set<Substring> = []
    var images: [CopySource] = []
    for image in chosen {
      let (client, repository) = try await Self.open(image.reference, door, access, observe: warn)
      if clients.updateValue(client, forKey: repository) == nil {
        if makesProjects, projects.insert(repository.prefix { $0 != "/" }).inserted,
          let made = try await client.makeHarborProject(of: repository)
        {
          observe(.madeProject(made, registry: image.reference.registry))
        }
        if repository != prepared { try await client.prepareToPush(repository) }
      }
      images.append(image.source.moved(to: repository))
    }
    guard let client = images.first.flatMap({ clients[$0.repository] }) else { throw PushError.noImage(path: "") }
    self.images = images
    self.clients = clients
    self.client = client
    self.writesReferrerTags = writesReferrerTags
    place = client.endpoint.description
  }

  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  static func prepare(
    _ target: ImageReference, _ door: RegistryDoor, _ access: RegistryAccess,
    observe: @Sendable (PullWarning) -> Void
  ) async throws -> (client: EndpointClient, repository: String) {
    let place = try await open(target, door, access, observe: observe)
    try await place.client.prepareToPush(place.repository)
    return place
  }

  private static func open(
    _ target: ImageReference, _ door: RegistryDoor, _ access: RegistryAccess,
    observe: @Sendable (PullWarning) -> Void
  ) async throws -> (client: EndpointClient, repository: String) {
    // Mirrors are for reading. Configuration may put the registry itself elsewhere.
    let endpoint = try access.endpoints(for: target, observe: observe).last ?? .origin(of: target)
    return (try await door.client(for: endpoint, observe: observe), endpoint.repository)
  }

  /// The repository of an image, or another one of the registry, which is only read.
  func sink(_ repository: String) -> RegistryStore {
    guard let own = clients[repository] else { return RegistryStore(client, repository: repository, for: .pull) }
    var store = RegistryStore(own, repository: repository, for: .push)
    store.writesReferrerTags = writesReferrerTags
    return store
  }
}
