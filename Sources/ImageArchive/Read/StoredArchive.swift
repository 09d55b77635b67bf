import ImageModel
import SystemPackage

/// An archive or an image layout on disk, and the images that it holds: whatever `docker save`, podman, skopeo, crane,
/// regctl or dray wrote.
///
/// Opening it reads headers and documents, and no layer. Documents that are named by a digest are checked against it;
/// everything else is believed only once its digest is right.
public struct StoredArchive: Sendable {
  public typealias Form = ArchiveFormat

  /// Where it stands, or how it is called instead.
  public let path: FilePath
  /// Whether it is a folder, and no tar.
  public let isFolder: Bool
  public let form: Form
  /// In the order of the archive, those of an index in the order of the index.
  public private(set) var images: [StoredImage]
  /// What `index.json` names and is no image: signatures, lists of contents.
  public let artifacts: [ImageDocument]
  /// What came along with the images: signatures, lists of contents, attestations.
  public let referrers: [ArchivedReferrer]
  /// The annotations of `index.json` itself.
  public let annotations: [String: String]
  /// The entries of `manifest.json`; none where it is not there.
  public let dockerEntries: [DockerEntry]
  /// What is wrong with the archive, where it was opened to save what is whole; else nothing.
  public let faults: [ArchiveFault]
  let files: StoredFiles
  /// The manifests and indexes that were read, those of images and artifacts and what leads to them.
  private(set) var documents: [Digest: ImageDocument]
  /// The entries of `index.json`; none where it is not there.
  private(set) var entries: [StoredEntry]
  /// Where the contents stand that manifests name which the archive does not hold.
  private var madeContents: [Digest: StoredContent] = [:]
  private var madeDocuments: [Digest: ImageDocument] = [:]

  /// Opens an archive, the first of its volumes, or the folder of an image layout.
  ///
  /// - Parameters:
  ///   - name: how it is called in messages; nil for its path.
  ///   - isSalvaging: whether faults are noted, and what is whole is read all the same.
  /// - Throws: ``ArchiveError`` where it cannot be read, or is neither.
  public init(opening path: FilePath, called name: FilePath? = nil, isSalvaging: Bool = false) throws(ArchiveError) {
    try self.init(opening: path, called: name, isSalvaging ? .everything : .nothing)
  }

  /// What of an archive may be faulty, so that what is whole is read all the same.
  package enum Salvage: Sendable {
    case nothing
    /// Its documents: a tar has to be whole.
    case documents
    case everything
  }

  package init(opening path: FilePath, salvaging salvage: Salvage) throws(ArchiveError) {
    try self.init(opening: path, called: nil, salvage)
  }

  private init(opening path: FilePath, called name: FilePath?, _ salvage: Salvage) throws(ArchiveError) {
    let name = name ?? path
    do {
      var log = FaultLog(isSalvaging: salvage == .everything)
      let files = try StoredFiles(opening: path, &log)
      log.isSalvaging = salvage != .nothing
      try self.init(name, files: files, log)
    } catch ArchiveFault.truncated {
      // Where there are volumes, it is the last ones that are not there.
      throw .unreadable(name, ArchiveVolumes.next(after: path).map { .volumeMissing(name: $0) } ?? .truncated)
    } catch { throw ArchiveError(error, .read, name) }
  }

  private init(_ path: FilePath, files: StoredFiles, _ log: FaultLog) throws {
    var log = log
    self.path = path
    self.files = files
    if case .folder = files { isFolder = true } else { isFolder = false }
    guard !files.isSkopeoFolder else { throw ArchiveFault.skopeoFolder }
    // It says nothing; but a link or a device in its place is no archive's.
    _ = try log.noting { try files.document(MemberName.layout.text) }
    let dockerBytes = try log.noting { try files.document(StoredFiles.dockerManifest) }
    let indexBytes = try log.noting { try files.document(MemberName.index.text) }
    guard dockerBytes != nil || indexBytes != nil || !log.faults.isEmpty else { throw ArchiveFault.notAnArchive }
    dockerEntries = try dockerBytes.flatMap { bytes in try log.noting { try DockerEntry.read(bytes) } } ?? []
    let referrerBytes = try log.noting { try files.document(ReferrerList.fileName) }
    var dockerImages: [StoredImage] = []
    if indexBytes == nil {
      for entry in dockerEntries { dockerImages.append(try entry.image(in: files, &log)) }
    }
    var reader = StoredIndexReader(files: files, log: log)
    annotations = try indexBytes.map { try reader.read($0) } ?? [:]
    referrers = try reader.referrers(referrerBytes)
    form = indexBytes == nil ? .docker : dockerBytes == nil ? .oci : .ociAndDocker
    images = indexBytes == nil ? dockerImages : reader.images.named(by: dockerEntries)
    entries = reader.entries
    artifacts = reader.artifacts
    faults = reader.log.faults
    documents = reader.found
  }

  /// Where a blob stands; nil where it does not, or has another size.
  public func blob(_ digest: Digest, size: Int64) -> StoredBlob? {
    if let content = madeContents[digest], content.size == size { return StoredBlob(digest: digest, content: content) }
    guard let content = try? files.content(ArchiveDocuments.path(of: digest)), content.size == size else { return nil }
    return StoredBlob(digest: digest, content: content)
  }

  /// A manifest or an index; nil where the archive does not hold it.
  ///
  /// - Throws: ``ArchiveError`` where its bytes are not the ones that are named.
  package func document(_ descriptor: Descriptor) throws(ArchiveError) -> ImageDocument? {
    if let made = madeDocuments[descriptor.digest] { return made }
    do {
      return try files.document(descriptor).map { ImageDocument(descriptor: descriptor, bytes: $0) }
    } catch { throw ArchiveError(error, .read, path) }
  }

  /// The archive as if its `index.json` named manifests that have been made for the images of its `manifest.json`.
  ///
  /// - Parameter manifests: one for each of ``images``, in their order.
  package func with(_ manifests: [MadeManifest]) -> StoredArchive {
    var archive = self
    archive.images = zip(images, manifests).map { $0.with($1) }
    archive.entries = []
    for (image, made) in zip(archive.images, manifests) {
      let digest = made.document.descriptor.digest
      archive.documents[digest] = made.document
      archive.madeDocuments[digest] = made.document
      archive.madeContents.merge(made.contents) { first, _ in first }
      let names = image.names.isEmpty ? [nil] : image.names.map { Optional($0) }
      archive.entries += names.map { StoredEntry(digest: digest, name: $0, unreadableName: nil, annotations: [:]) }
    }
    return archive
  }
}
