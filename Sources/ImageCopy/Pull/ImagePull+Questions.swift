import HTTPAccess
import ImageModel
import RegistryClient

/// What is asked of registries for others, over the connections of a pull.
extension ImagePull {
  /// The digest of what a reference stands for now: of an index, where there is one. No manifest is fetched where the
  /// registry tells it without.
  ///
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  package func digest(
    of reference: ImageReference, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> Digest {
    try await ImageInspector(sources: ImageSources(reference, by: door, observe: observe))
      .digest(of: reference, platform: nil, observe: observe)
  }

  /// What is shown of an image.
  ///
  /// - Parameter platform: nil for the machine's own, which an index need not have.
  /// - Throws: `RegistryError`; ``ResolveError``; `ConfigurationError`; `CancellationError`.
  package func inspect(
    _ reference: ImageReference, platform: Platform?, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> Inspection {
    try await ImageInspector(sources: ImageSources(reference, by: door, observe: observe))
      .inspect(reference, platform: platform, observe: observe)
  }

  /// The tags of a reference's repository in the order of ``TagOrder``, without those that hold signatures and the like.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  package func tags(
    of reference: ImageReference, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [String] {
    try await allTags(of: reference, observe: observe).filter { !ReferrerTag.isReferrer($0) }
      .sorted(by: TagOrder.precedes)
  }

  /// All tags of a reference's repository, in the registry's order.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  package func allTags(
    of reference: ImageReference, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [String] {
    try await door.client(for: reference.registry, observe: observe).tags(reference.repository)
  }

  /// What a repository's registry lists as about a manifest; nil where it has no such lists.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  package func referrers(
    of subject: Digest, in reference: ImageReference, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [Descriptor]? {
    try await door.client(for: reference.registry, observe: observe).referrers(reference.repository, of: subject)
  }

  /// The first of several names under which there is an image.
  ///
  /// - Parameter text: the name as it was typed.
  /// - Throws: as `RegistryAccess.first(of:text:hasLogin:)`.
  package func first(of names: [ImageReference], text: String) async throws -> ImageReference {
    try await access.first(of: names, text: text, hasLogin: false, over: door)
  }

  /// The first of several patterns that an image fits.
  ///
  /// - Parameter text: the name as it was typed.
  /// - Throws: as `RegistryAccess.first(of:text:hasLogin:)`.
  package func first(of patterns: [ImagePattern], text: String) async throws -> ImagePattern {
    try await access.first(of: patterns, text: text, hasLogin: false, over: door)
  }
}
