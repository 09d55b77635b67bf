import ImageArchive
import ImageModel
import ImageStores
import RegistryClient

/// The archive of a push, and the repositories that its images go to.
struct PushStores: Sendable {
  let source: ArchiveStore
  let references: [ImageReference]
  /// For each of ``references``.
  let images: [CopySource]
  /// How the registry is called in messages.
  let place: String
  private let clients: [String: RegistryClient]
  private let client: RegistryClient

  /// Connects, and logs in: whoever may not push is told so before anything is read or sent.
  ///
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  init(
    _ archive: StoredArchive, _ choice: ArchiveChoice, _ door: RegistryDoor, _ access: RegistryAccess,
    observe: @Sendable (PullWarning) -> Void
  ) async throws {
    source = ArchiveStore(archive)
    references = choice.images.map(\.reference)
    var clients: [String: RegistryClient] = [:]
    var images: [CopySource] = []
    var first: RegistryClient?
    for image in choice.images {
      // Mirrors are for reading. Configuration may put the registry itself elsewhere.
      let endpoint = try access.endpoints(for: image.reference, observe: observe).last ?? .origin(of: image.reference)
      let client = try await door.client(for: endpoint, observe: observe)
      if clients.updateValue(client, forKey: endpoint.repository) == nil {
        try await client.prepareToPush(endpoint.repository)
      }
      first = first ?? client
      images.append(image.source.moved(to: endpoint.repository))
    }
    guard let first else { throw PushError.noImage(path: source.place) }
    self.images = images
    self.clients = clients
    client = first
    place = first.endpoint.description
  }

  /// The repository of an image, or another one of the registry, which is only read.
  func sink(_ repository: String) -> RegistryStore {
    guard let own = clients[repository] else { return RegistryStore(client, repository: repository, for: .pull) }
    return RegistryStore(own, repository: repository, for: .push)
  }
}

extension CopySource {
  fileprivate func moved(to repository: String) -> CopySource {
    CopySource(root: root, repository: repository, tag: tag, referrers: referrers, siblings: siblings)
  }
}
