import ArchiveTools
import BlobTransfer
import ImageArchive
import ImageModel
import ImageStores
import RegistryClient
import SystemPackage
import Waiting

/// Finds out what the images of a copy's sources are.
struct SourceImages: Sendable {
  let choice: CopyChoice
  /// How the registries of sources are reached.
  let access: RegistryAccess
  let observe: @Sendable (PushWarning) -> Void

  /// - Parameter door: to the registries of the sources.
  /// - Returns: in the order of the sources, written anew as far as that is asked for.
  /// - Throws: ``PushError``; ``CopyError``; `ArchiveError`; `ResolveError`; `RegistryError`; `CancellationError`.
  func all(_ sources: [ImageOrigin], by door: RegistryDoor) async throws -> [ChosenImage] {
    let memory = ReadAheadMemory(BlobReader.window)
    let found = try await inParallel(sources, width: CopyPlanner.width) { source in
      switch source {
      case .archive(let path, let name): try await images(of: FilePath(path), called: FilePath(name ?? path))
      case .image(let reference): [try await image(reference, door, memory)]
      }
    }
    return try await converted(found.flatMap(\.self))
  }

  private func images(of path: FilePath, called name: FilePath) async throws -> [ChosenImage] {
    let found = try await Workers.current.run { try StoredArchive(opening: path, called: name) }
    let making = ManifestMaking(found)
    let archive = try await making.run()
    if making.isNeeded {
      for digest in Set(archive.images.compactMap { $0.root?.descriptor.digest }) {
        observe(.madeManifest(digest, path: name.string))
      }
    }
    let chosen = try await Workers.current.run { try ArchiveChoice(archive, choice) }
    if chosen.referrersLeftOut > 0 { observe(.referrersLeftOut(count: chosen.referrersLeftOut)) }
    return chosen.images
  }

  private func image(
    _ reference: ImageReference, _ door: RegistryDoor, _ memory: ReadAheadMemory
  ) async throws -> ChosenImage {
    let warn: @Sendable (PullWarning) -> Void = { observe(.access($0)) }
    let resolver = ImageResolver(sources: try ImageSources(reference, by: door, observe: warn))
    return try await ReferenceChoice(
      choice: choice, resolver: resolver, connections: access.network.connectionsPerHost,
      memory: memory, retrier: door.retrier
    ).image(observe: warn)
  }

  private func converted(_ images: [ChosenImage]) async throws -> [ChosenImage] {
    guard !choice.conversion.isNothing else { return images }
    return try await inParallel(images, width: CopyPlanner.width) { image in
      let source = try await image.source.converted(by: choice.conversion)
      if source.root != image.source.root {
        observe(.converted(image.reference, from: image.source.root, to: source.root))
      }
      return image.with(source)
    }
  }
}
