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
  /// What the name of an archive says of the platforms.
  fileprivate var marks: [String] {
    switch self {
    case .one(let platform): ArchiveFileName.marks(platform)
    case .several(let platforms): ArchiveFileName.marks(platforms)
    case .all: ArchiveFileName.marks(nil as [Platform]?)
    }
  }
}

extension RequestedImage {
  /// The names that its archive may have where it is given none, the shortest first; the last is that of no other image.
  package func archiveNames(isDelta: Bool = false) -> [String] {
    ArchiveFileName.alternatives(for: reference, marks: platforms.marks, isDelta: isDelta, name: name)
  }

  /// What tells its unfinished archive from that of another image: ``TransferJournal/images``.
  func unfinishedName(isDelta: Bool) -> String {
    (["\(reference)"] + platforms.marks + (isDelta ? ["delta"] : [])).joined(separator: " ")
  }
}
