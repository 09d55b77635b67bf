import ArchiveTools
import HTTPAccess
import ImageArchive
import ImageModel

/// What goes into one archive, and how.
public struct PullRequest: Sendable {
  /// Where the archive goes.
  public enum Output: Sendable, Hashable {
    case file(String)
    /// A file in this directory, named after the image.
    case directory(String)
    /// An OCI image layout in this folder, which is made, or added to where it is there.
    case layout(String)
    /// Written in order to standard output; no file is made.
    case standardOutput
  }

  /// Everything that goes into the archive, in its order: at least one image where it is pulled, and the first names the archive.
  /// A request without images is a template.
  public var images: [RequestedImage]
  /// Where the archive goes.
  public var output: Output = .directory(".")
  /// Names of files in ``Output/directory(_:)`` that are for other images.
  public var reservedNames: Set<String> = []
  /// What the archive consists of.
  public var form = ArchiveFormat.ociAndDocker
  /// Others than ``LayerCompression/asIs`` are for a file or a layout, not for standard output.
  public var layers = LayerCompression.asIs
  /// How large a volume of the archive may be, in bytes: it becomes `PATH.001`, `PATH.002` …; nil for one file.
  public var volumeSize: Int64?
  /// Annotations of each image's entry in `index.json`.
  public var annotations: [String: String] = [:]
  /// Leave out an image that cannot be had, as long as one is left.
  public var keepsGoing = false
  /// Throw an unfinished pull away instead of going on with it.
  public var restarts = false
  /// Archives, image layouts and folders of archives whose blobs are copied instead of fetched.
  public var reusedPaths: [String] = []
  /// Look for such blobs in the archives of the same repository in the output's folder, too.
  public var reusesSiblings = true
  /// What the other side has already; empty for an archive that is whole.
  public var bases: [DeltaSource] = []
  /// Wait for another process that works on the same output.
  public var waits = true

  public init(reference: ImageReference) {
    self.init([RequestedImage(reference: reference)])
  }

  public init(_ images: [RequestedImage] = []) {
    self.images = images
  }
}

/// The first image, which most often is the only one.
extension PullRequest {
  public var image: RequestedImage {
    get { images[0] }
    set { images[0] = newValue }
  }

  /// The first image's name.
  public var reference: ImageReference {
    get { image.reference }
    set { image.reference = newValue }
  }

  /// nil: the machine's own architecture, with Linux as the system.
  public var platform: Platform? {
    get { if case .one(let platform) = image.platforms { platform } else { nil } }
    set { image.platforms = .one(newValue) }
  }

  /// The name that the image has after loading, instead of the reference's own.
  public var name: ImageReference? {
    get { image.name }
    set { image.name = newValue }
  }
}
