import ImageModel
import ImageTransfer

/// What pulls the images of one command.
struct Puller: Sendable {
  /// Throws where the folder for all archives cannot be used.
  let check: @Sendable (PullRequest.Output) throws -> Void
  /// - Throws: `CancellationError`; `OutputClosed`; else a `ClassifiedError`.
  let pull: @Sendable (PullRequest, _ observe: @escaping @Sendable (PullEvent) -> Void) async throws -> PullResult
  /// - Throws: as `pull`.
  let preview: @Sendable (PullRequest, _ observe: @escaping @Sendable (PullWarning) -> Void) async throws -> PullPreview
  /// What a pattern stands for.
  var find:
    @Sendable (ImagePattern, [TagSelection], _ observe: @escaping @Sendable (PullWarning) -> Void) async throws
      -> [ImageReference] = { _, _, _ in [] }
  var measure:
    @Sendable ([RequestedImage], _ observe: @escaping @Sendable (PullWarning) -> Void) async throws -> [MeasuredImage] =
      { _, _ in [] }
  let close: @Sendable () async -> Void
}

/// Makes a puller for the registries that a command names.
typealias PullerFactory = @Sendable (RegistryAccess, [RegistryName]) throws -> Puller

extension Puller {
  /// The engine.
  static func engine(_ access: RegistryAccess, registries: [RegistryName]) throws -> Puller {
    let engine = try ImagePull(access, registries: registries)
    return Puller(
      check: { try engine.check($0) }, pull: { try await engine.run($0, observe: $1) },
      preview: { try await engine.preview($0, observe: $1) },
      find: { try await engine.images(matching: $0, tags: $1, observe: $2) },
      measure: { try await engine.measure($0, observe: $1) },
      // What remains open then, the end of the program closes.
      close: { try? await engine.close() })
  }
}
