import ImageModel
import SystemPackage

/// An archive or an image layout on disk, and the images that it holds: whatever `docker save`, podman, skopeo, crane,
/// regctl or dray wrote.
///
/// Opening it reads headers and documents, and no layer. Documents that are named by a digest are checked against it;
/// everything else is believed only once its digest is right.
public struct StoredArchive: Sendable {
  public typealias Form = ArchiveForm

  public let path: FilePath
  /// Whether it is a folder, and no tar.
  public let isFolder: Bool
  public let form: Form
  /// In the order of the archive, those of an index in the order of the index.
  public let images: [StoredImage]
  /// What `index.json` names and is no image: signatures, lists of contents.
  public let artifacts: [ArchivedImage.Document]
  /// The annotations of `index.json` itself.
  public let annotations: [String: String]
  /// The entries of `manifest.json`; none where it is not there.
  public let dockerEntries: [DockerEntry]
  let files: StoredFiles

  /// Opens an archive, the first of its volumes, or the folder of an image layout.
  ///
  /// - Throws: ``ArchiveError`` where it cannot be read, or is neither.
  public init(opening path: FilePath) throws(ArchiveError) {
    do { try self.init(path, files: StoredFiles(opening: path)) } catch let fault as ArchiveFault {
      throw .unreadable(path, fault)
    } catch { throw error as? ArchiveError ?? .system(.read, path, error as? Errno ?? .ioError) }
  }

  private init(_ path: FilePath, files: StoredFiles) throws {
    self.path = path
    self.files = files
    if case .folder = files { isFolder = true } else { isFolder = false }
    let docker = try files.document("manifest.json").map { try DockerEntry.read($0) }
    dockerEntries = docker ?? []
    guard let bytes = try files.document("index.json") else {
      guard let docker else { throw ArchiveFault.notAnArchive }
      form = .docker
      artifacts = []
      annotations = [:]
      images = try docker.map { try $0.image(in: files) }
      return
    }
    form = docker == nil ? .oci : .ociAndDocker
    var reader = StoredIndexReader(files: files)
    annotations = try reader.read(bytes)
    images = reader.images
    artifacts = reader.artifacts
  }

  /// Where a blob stands; nil where it does not, or has another size.
  public func blob(_ digest: Digest, size: Int64) -> StoredBlob? {
    guard let content = try? files.content(ArchiveDocuments.path(of: digest)), content.size == size else { return nil }
    return StoredBlob(digest: digest, content: content)
  }
}
