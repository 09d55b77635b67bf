import ImageArchive
import ImageModel

/// Which of an image's platforms are pulled.
public enum PlatformSelection: Sendable, Hashable {
  /// The image for one platform, under its own digest. nil: the machine's own architecture, with Linux as the system.
  case one(Platform?)
  /// The images for these platforms, and the index that names them, so that the tag keeps its digest.
  case several([Platform])
  /// The whole index, with everything that it names.
  case all
}

extension PlatformSelection {
  /// The name of the archive of an image, where it is given none.
  public func archiveName(for reference: ImageReference, isDelta: Bool = false) -> String {
    switch self {
    case .one(let platform): ArchiveFileName.standard(for: reference, platform: platform, isDelta: isDelta)
    case .several(let platforms): ArchiveFileName.standard(for: reference, platforms: platforms, isDelta: isDelta)
    case .all: ArchiveFileName.standard(for: reference, platforms: nil, isDelta: isDelta)
    }
  }
}
