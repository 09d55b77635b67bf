import ImageArchive
import ImageModel
import NIOPosix

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
      case .path(let path): images += try await NIOThreadPool.singleton.runIfActive { try BaseArchive.images(at: path) }
      case .list(let bytes, let name): images += try BaseList.images(bytes, name: name)
      case .reference(let reference):
        images.append(try await baseImage(reference, request, observe: observe))
      }
    }
    return DeltaBase(images: images)
  }

  private func baseImage(
    _ reference: ImageReference, _ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> BaseImage {
    let sources = ImageSources(try access.endpoints(for: reference), door: door, observe: observe)
    let image = try await ImageResolver(sources: sources).resolve(
      reference, platform: request.platform, observe: observe)
    return BaseImage(
      name: BaseImage.name(reference, image.manifestDigest),
      diffIDs: try LayerDigests(image).diffIDs, layers: image.manifest.layers.map(\.digest))
  }

  /// What the archive of an image leaves out.
  func delta(
    _ found: FoundImages, _ base: DeltaBase?, warn: (PullWarning) -> Void
  ) throws -> ArchiveDelta? {
    guard let base else { return nil }
    let outcome = base.delta(for: try found.images.flatMap(\.resolved.images).map { try LayerDigests($0) })
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
