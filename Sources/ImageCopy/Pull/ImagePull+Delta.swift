import ArchiveTools
import ImageArchive
import ImageModel
import Waiting

extension ImagePull {
  /// What the other side has; nil where the archive is to be whole.
  ///
  /// - Throws: `ArchiveError`; ``BaseError``; `RegistryError`; ``ResolveError``; `CancellationError`.
  func deltaBase(
    _ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> DeltaBase? {
    guard !request.bases.isEmpty else { return nil }
    var images: [BaseImage] = []
    for base in request.bases {
      switch base {
      case .path(let path): images += try await Workers.current.run { try BaseArchive.images(at: path) }
      case .list(let bytes, let name): images += try BaseList.images(bytes, name: name)
      case .reference(let reference):
        images += try await baseImages(reference, request, observe: observe)
      }
    }
    return DeltaBase(images: images)
  }

  /// The images of a base for the platforms that are pulled, as far as it has them.
  private func baseImages(
    _ reference: ImageReference, _ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [BaseImage] {
    var selections: [PlatformSelection] = []
    for selection in request.images.flatMap({ $0.platforms.each }) where !selections.contains(selection) {
      selections.append(selection)
    }
    let resolver = ImageResolver(sources: try ImageSources(reference, by: door, observe: observe))
    var images: [BaseImage] = []
    var lacking: ResolveError?
    for selection in selections {
      var wanted = RequestedImage(reference: reference)
      wanted.platforms = selection
      do {
        for image in try await resolver.resolve(wanted, observe: observe).images {
          images.append(
            BaseImage(
              name: BaseImage.name(reference, image.manifestDigest),
              diffIDs: try LayerDigests(image).diffIDs, layers: image.manifest.layers.map(\.digest)))
        }
      } catch let error as ResolveError {
        guard case .noSuchPlatform = error, selections.count > 1 else { throw error }
        lacking = lacking ?? error
      }
    }
    if images.isEmpty, let lacking { throw lacking }
    return images
  }

  /// What the archive of an image leaves out.
  func delta(
    _ found: FoundImages, _ base: DeltaBase?, warn: (PullWarning) -> Void
  ) throws -> ArchiveDelta? {
    guard let base else { return nil }
    let outcome = base.delta(for: try found.images.flatMap(\.images).map { try LayerDigests($0) })
    if outcome.delta == nil { warn(.nothingInBase) }
    if outcome.isByDiffID { warn(.deltaByDiffID) }
    return outcome.delta
  }
}

extension LayerDigests {
  /// - Throws: ``ResolveError`` where the config cannot be read.
  init(_ image: ResolvedImage) throws(ResolveError) {
    do {
      self.init(image.manifest.layers.map(\.digest), try ImageConfig(parsing: image.configBytes).diffIDs)
    } catch {
      throw .config(image.reference, error)
    }
  }
}

extension PlatformSelection {
  /// Each platform alone.
  fileprivate var each: [PlatformSelection] {
    if case .several(let platforms) = self { platforms.map { .one($0) } } else { [self] }
  }
}
