import BlobTransfer
import ImageModel
import ImageStores
import RegistryClient
import Waiting

/// The registries of a synchronization, opened.
struct SyncPlaces: Sendable {
  let door: RegistryDoor
  let sourceDoor: RegistryDoor
  let access: RegistryAccess
  let sourceAccess: RegistryAccess
  let observe: @Sendable (PullWarning) -> Void
  private let memory = ReadAheadMemory(BlobReader.window)
  private let outages = ImageSources.Outages()
  private let failures = HostFailures()

  init(
    _ door: RegistryDoor, _ access: RegistryAccess, from sourceDoor: RegistryDoor, _ sourceAccess: RegistryAccess,
    observe: @escaping @Sendable (PullWarning) -> Void
  ) {
    (self.door, self.access) = (door, access)
    (self.sourceDoor, self.sourceAccess) = (sourceDoor, sourceAccess)
    self.observe = observe
  }

  /// Connects to the registry of a target, and logs in.
  ///
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  func prepare(_ target: ImageReference) async throws {
    let store = try await repository(of: target)
    try await store.client.prepareToPush(store.repository)
  }

  /// Makes the project of a target at a Harbor, where it is not there.
  ///
  /// - Returns: its name, where it was made.
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  func makeProject(of target: ImageReference) async throws -> String? {
    let store = try await repository(of: target)
    return try await store.client.makeHarborProject(of: store.repository)
  }

  /// The repository of a name at a target.
  ///
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  func repository(of target: ImageReference, writesReferrerTags: Bool = true) async throws -> RegistryStore {
    // Mirrors are for reading. Configuration may put the registry itself elsewhere.
    let endpoint = try access.endpoints(for: target, observe: observe).last ?? .origin(of: target)
    let client = try await door.client(for: endpoint, observe: observe)
    var store = RegistryStore(client, repository: endpoint.repository, for: .push)
    store.writesReferrerTags = writesReferrerTags
    return store
  }

  /// What a target's name stands for, asked for by HEAD; nil where there is nothing.
  ///
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  func digest(at target: ImageReference) async throws -> Digest? {
    try await failures.ask(target.registry) {
      let name = target.pushTag ?? target.digest?.description ?? "latest"
      return try await repository(of: target).meaning(ofTaken: name)
    }
  }

  /// What is to be copied. Without a platform its digest alone is asked for.
  ///
  /// - Throws: `RegistryError`; `ResolveError`; `ConfigurationError`; `CancellationError`.
  func root(of entry: SyncRequest.Entry) async throws -> Digest {
    let source = entry.source
    if entry.platform == nil, let digest = source.digest { return digest }
    return try await failures.ask(source.registry) {
      try await resolver(of: source).root(platform: entry.platform, observe: observe)
    }
  }

  /// How an image is read.
  ///
  /// - Throws: `ConfigurationError`.
  func choice(of entry: SyncRequest.Entry, bringsReferrers: Bool) throws -> ReferenceChoice {
    let choice = CopyChoice(.one(entry.target), platform: entry.platform, bringsReferrers: bringsReferrers)
    return ReferenceChoice(
      choice: choice, resolver: try resolver(of: entry.source), connections: sourceAccess.network.connectionsPerHost,
      memory: memory, retrier: sourceDoor.retrier)
  }

  private func resolver(of source: ImageReference) throws -> ImageResolver {
    ImageResolver(sources: try ImageSources(source, by: sourceDoor, outages: outages, observe: observe))
  }
}
