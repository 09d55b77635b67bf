import ArchiveTools
import FileAccess
import ImageModel
import SystemPackage

/// A push of images whose layers are compressed in another way first. They pass over the disk: how large a layer is then, and what
/// its digest is, is not known before.
public struct RewritingPush: ImageCopying {
  private let request: PushRequest
  private let layers: LayerCompression
  private let folder: String
  private let access: RegistryAccess
  private let sourceAccess: RegistryAccess

  /// - Parameters:
  ///   - folder: where the images are kept meanwhile.
  ///   - sourceAccess: how registries are reached that images come from; nil for as the target is.
  public init(
    _ request: PushRequest, layers: LayerCompression, in folder: String, _ access: RegistryAccess,
    from sourceAccess: RegistryAccess? = nil
  ) {
    self.request = request
    self.layers = layers
    self.folder = folder
    self.access = access
    self.sourceAccess = sourceAccess ?? access
  }

  /// - Throws: ``PushError/unknownBeforeCompression``, always.
  public func plan(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushPlan {
    throw PushError.unknownBeforeCompression
  }

  /// - Throws: as ``ImageExport/run(observe:)`` and ``ImagePush/run(observe:)``.
  public func run(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushResult {
    try await Folder.withTemporary(in: FilePath(folder)) { place in
      try await run(by: place.appending("images.tar").string, observe: observe)
    }
  }

  /// - Parameter path: of the archive in between.
  private func run(by path: String, observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushResult {
    var push = request
    push.sources = [.archive(path: path)]
    var export = ExportRequest(request.sources, to: .archive(path))
    export.layers = layers
    (export.conversion, push.conversion) = request.conversion.dividedByLayers
    export.image = request.image
    export.platform = request.platform
    export.bringsReferrers = request.bringsReferrers
    let changes = DigestChanges()
    _ = try await ImageExport(export, sourceAccess).run { event in
      switch event {
      case .warning(.converted(_, let former, let digest)): changes.note(from: former, to: digest)
      case .warning, .progress: observe(event)
      default: break
      }
    }
    push.image = nil
    push.platform = nil
    return try await ImagePush(push, access).run { event in
      switch event {
      case .warning(.converted(_, let former, let digest)): changes.note(from: former, to: digest)
      case .started(let plan):
        for image in plan.images where changes.original(of: image.digest) != image.digest {
          observe(.warning(.converted(image.reference, from: changes.original(of: image.digest), to: image.digest)))
        }
        observe(event)
      default: observe(event)
      }
    }
  }
}
