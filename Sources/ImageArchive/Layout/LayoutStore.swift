import ImageModel
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An OCI image layout in a folder that blobs and images are added to (image-spec, image-layout.md).
///
/// Many processes may add to one layout at the same time: a blob is written to a file of its own, which one of them has
/// at a time, and gets its name when it is complete; `index.json` is replaced under a lock.
public final class LayoutStore: Sendable {
  public let path: FilePath
  private let folder: Folder

  /// Opens a layout, or makes one where there is nothing or an empty folder.
  ///
  /// - Throws: ``ArchiveError``.
  public init(_ path: FilePath) throws(ArchiveError) {
    self.path = path
    folder = try Folder(makingIfMissing: path)
    try folder.checkWritable()
    let isThere = try LayoutFolder.isLayout(path)
    // Another process may be making it at this moment.
    if !isThere {
      if try !folder.isEmpty(butForDraftsOf: Self.mark) {
        // Another process may have made it at this moment.
        guard try LayoutFolder.isLayout(path) else { throw .notALayout(path) }
      }
      try folder.replace(Self.mark, with: ArchiveDocuments.layout)
    }
    try folder.makeFolder("blobs")
  }

  private static let mark = "oci-layout"
  private static let index = "index.json"

  /// Where a blob stands; nil where there is none of this size.
  public func blob(_ descriptor: Descriptor) -> StoredBlob? {
    LayoutFolder(path: path).blob(descriptor.digest, size: descriptor.size)
  }

  /// Opens the unfinished file of a blob, or begins one. As long as another process has it,
  /// ``ArchiveError/lockedByOther(_:)`` is thrown at once.
  public func begin(_ blob: Descriptor) throws(ArchiveError) -> PartialArchive {
    try PartialArchive(at: OutputPath(path.appending(".\(blob.digest.algorithm)-\(blob.digest.hexadecimal)")))
  }

  /// Gives a blob that is complete and verified its name.
  public func finish(_ blob: Descriptor, _ partial: PartialArchive) throws(ArchiveError) {
    try partial.commit(into: blobFolder(of: blob.digest), as: blob.digest.hexadecimal)
  }

  private func blobFolder(of digest: Digest) throws(ArchiveError) -> Folder {
    let name = digest.algorithm.rawValue
    do {
      let blobs = try folder.folder("blobs")
      try blobs.makeFolder(name)
      return try blobs.folder(name)
    } catch {
      throw error as? ArchiveError ?? .system(.open, path.appending("blobs"), error as? Errno ?? .ioError)
    }
  }

  /// Adds manifests and indexes, the images' entries to `index.json`, and what refers to them to `referrers.json`. An entry
  /// of the same name is replaced; what dray does not know stays as it is.
  ///
  /// - Returns: the name of each image in this layout, `org.opencontainers.image.ref.name`, where it has one.
  public func add(_ images: [ArchivedImage]) throws(ArchiveError) -> [String?] {
    for document in images.flatMap(\.documents) {
      guard document.bytes.count == document.descriptor.size else {
        throw .documentSizeDiffers(
          document.descriptor.digest, expected: document.descriptor.size, actual: document.bytes.count)
      }
      try blobFolder(of: document.descriptor.digest)
        .replace(document.descriptor.digest.hexadecimal, with: document.bytes)
    }
    let lock = try FileLock(of: Self.mark, in: folder)
    defer { lock.release() }
    var index = try readIndex()
    var names: [String?] = []
    for image in images {
      // A name is one that no other image of the layout has, so the ones before count already.
      names.append(index.put(image))
    }
    let referrers = images.flatMap(\.referrers)
    if !referrers.isEmpty {
      guard var list = LayoutReferrers(parsing: try read(ReferrerList.fileName)) else {
        throw .unreadable(path, .unreadableIndex)
      }
      list.add(referrers)
      try folder.replace(ReferrerList.fileName, with: list.bytes)
    }
    try folder.replace(Self.index, with: index.bytes)
    return names
  }

  private func readIndex() throws(ArchiveError) -> LayoutIndex {
    guard let bytes = try read(Self.index) else { return LayoutIndex() }
    guard let index = LayoutIndex(parsing: bytes) else { throw .unreadable(path, .unreadableIndex) }
    return index
  }

  /// A document of the layout; nil where it is not there.
  private func read(_ name: String) throws(ArchiveError) -> [UInt8]? {
    guard try folder.status(of: name) != nil else { return nil }
    guard let content = try? LayoutFolder(path: path).content(name) else {
      throw .unreadable(path, .notAFile(name: name))
    }
    return try content.bytes(limit: DocumentLimits.standard.manifestBytes)
  }
}
