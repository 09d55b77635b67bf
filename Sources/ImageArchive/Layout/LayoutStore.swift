import FileAccess
import ImageModel
import Synchronization
import SystemPackage

/// An OCI image layout in a folder that blobs and images are added to (image-spec, image-layout.md).
///
/// Many processes may add to one layout at the same time: a blob is written to a file of its own, which one of them has
/// at a time, and gets its name when it is complete; `index.json` is replaced under a lock. What is there already is not
/// written again, so that a layout which may not be written to is as good as any where nothing is missing.
public final class LayoutStore: Sendable {
  public let path: FilePath
  let folder: Folder
  private let moved = Mutex<[FilePath]>([])
  /// `index.json` as it was written last here, and the file that it was then.
  let lastIndex = Mutex<(identity: FileIdentity, index: LayoutIndex)?>(nil)

  /// Opens a layout, or makes one where there is nothing or an empty folder.
  ///
  /// - Throws: ``ArchiveError``.
  public init(_ path: FilePath) throws(ArchiveError) {
    let path = Self.place(path)
    self.path = path
    folder = try ArchiveError.ofFiles { () throws(FileError) in try Folder(makingIfMissing: path) }
    if try LayoutFolder.isLayout(path) { return }
    do {
      try Self.checkIsFree(folder)
      try folder.replace(Self.mark, with: ArchiveDocuments.layout)
      try folder.makeFolder(LayoutFolder.blobs)
    } catch { throw ArchiveError(error, .write, path) }
  }

  /// Checks whether a layout can be opened or made, without writing anything.
  ///
  /// - Throws: ``ArchiveError``.
  public static func check(_ path: FilePath) throws(ArchiveError) {
    let path = place(path)
    do {
      let folder = try Folder(opening: path)
      if try !LayoutFolder.isLayout(path) { try checkIsFree(folder) }
    } catch FileError.folderMissing(path) {
      try ArchiveError.ofFiles { () throws(FileError) in try OutputPath.checkFolder(path.removingLastComponent()) }
    } catch { throw ArchiveError(error, .inspect, path) }
  }

  /// Checks whether a folder can become a layout.
  private static func checkIsFree(_ folder: Folder) throws {
    try folder.checkWritable()
    // Another process may be making it at this moment.
    guard try !folder.isEmpty(butForDraftsOf: mark) else { return }
    // Or may have made it.
    guard try LayoutFolder.isLayout(folder.path) else { throw ArchiveError.notALayout(folder.path) }
  }

  /// The folder that the program runs in has no name of its own.
  private static func place(_ path: FilePath) -> FilePath {
    let path = path.lexicallyNormalized()
    return path.isEmpty ? "." : path
  }

  static let mark = "oci-layout"
  static let index = "index.json"

  /// Folders that had the names of blobs, by the names beside them that they were given: nothing in them is lost. Each is
  /// told once.
  public func takeMovedFolders() -> [FilePath] {
    moved.withLock { moved in
      defer { moved = [] }
      return moved
    }
  }

  /// Where a blob stands; nil where there is none of this size.
  public func blob(_ descriptor: Descriptor) -> StoredBlob? {
    LayoutFolder(path: path).blob(descriptor.digest, size: descriptor.size)
  }

  /// Where blobs are written to: where what is made on the way to them has its space, too.
  ///
  /// - Throws: ``FileError/folderNotWritable(_:_:)``, and where there is no such folder.
  package func blobFolder(_ algorithm: Digest.Algorithm = .sha256) throws(FileError) -> FilePath {
    let folder = try openBlobs(algorithm)
    try folder.checkWritable()
    return folder.path
  }

  /// Opens the unfinished file of a blob, or begins one. As long as another process has it,
  /// ``FileError/lockedByOther(_:)`` is thrown at once.
  ///
  /// It stands among the blobs: only there it is sure to be on the disk on which it gets its name.
  public func begin(_ blob: Descriptor) throws(FileError) -> PartialArchive { try open(blob, .fetched) }

  /// The same for a blob that is copied at once. What an interrupted pull has of it is in another file, and stays.
  package func beginCopy(_ blob: Descriptor) throws(FileError) -> PartialArchive { try open(blob, .copied) }

  /// Whether an image is there already, under its names and whole, so that adding it would change nothing. Of blobs, names and
  /// sizes count.
  public func holds(_ image: ArchivedImage) -> Bool {
    let blobs = [image.manifest.config] + image.manifest.layers + image.relatedBlobs
    return (image.documents.map(\.descriptor) + blobs).allSatisfy { blob($0) != nil }
      && (try? change(adding: [image]))?.isNothing == true
  }

  /// Gives a blob that is complete and verified its name.
  public func finish(_ blob: Descriptor, _ partial: PartialArchive) throws(FileError) {
    try makeWay(for: blob.digest, in: openBlobs(blob.digest.algorithm))
    try partial.commit(as: blob.digest.hexadecimal)
  }

  /// Removes what others have left unfinished of a blob that is there. Where one of them is at it, nothing is done.
  package func tidyUp(_ blob: Descriptor) {
    guard let folder = try? openBlobs(blob.digest.algorithm, makes: false) else { return }
    for draft in [Draft.fetched, .copied] {
      guard let output = try? OutputPath(folder.path.appending(draft.name(of: blob.digest))),
        [output.partialName, output.journalName].contains(where: { (try? folder.status(of: $0)) ?? nil != nil })
      else { continue }
      try? PartialArchive(at: output).discard()
    }
  }

  /// The unfinished files of a blob.
  private enum Draft: String {
    case fetched = ""
    case copied = ".copy"

    func name(of digest: Digest) -> String { ".\(digest.hexadecimal)\(rawValue)" }
  }

  private func open(_ blob: Descriptor, _ draft: Draft) throws(FileError) -> PartialArchive {
    let folder = try blobFolder(blob.digest.algorithm)
    return try PartialArchive(at: OutputPath(folder.appending(draft.name(of: blob.digest))))
  }

  /// - Parameter makes: whether it is made where it is not there.
  func openBlobs(_ algorithm: Digest.Algorithm, makes: Bool = true) throws(FileError) -> Folder {
    var parent = folder
    for name in [LayoutFolder.blobs, algorithm.rawValue] {
      if makes { try parent.makeFolder(name) }
      do { parent = try parent.folder(name, followsLink: true) } catch {
        let path = parent.path.appending(name)
        guard error == .noSuchFileOrDirectory else { throw .system(.open, path, error) }
        // A link to where there is nothing, such as to a disk that is not mounted.
        throw .folderMissing(parent.path.pushing(FilePath(parent.linkTarget(of: name) ?? name)))
      }
    }
    return parent
  }

  func makeWay(for digest: Digest, in folder: Folder) throws(FileError) {
    guard let path = try folder.makeWay(for: digest.hexadecimal) else { return }
    moved.withLock { $0.append(path) }
  }
}

// MARK: Images

extension LayoutStore {
  /// Adds manifests and indexes, the images' entries to `index.json`, and what refers to them to `referrers.json`. An entry
  /// of the same name is replaced; what dray does not know stays as it is.
  ///
  /// - Returns: the name of each image in this layout, `org.opencontainers.image.ref.name`, where it has one.
  public func add(_ images: [ArchivedImage]) throws(ArchiveError) -> [String?] {
    for document in images.flatMap(\.documents) { try put(document) }
    // Others may replace the files while they are read without the lock: what was read is then worth nothing.
    if let first = try? change(adding: images), first.isNothing { return first.names }
    do {
      try folder.checkWritable()
      let lock = try FileLock(of: Self.mark, in: folder)
      defer { lock.release() }
      let change = try change(adding: images)
      if let bytes = change.referrers { try folder.replace(ReferrerList.fileName, with: bytes) }
      if let bytes = change.index { try folder.replace(Self.index, with: bytes) }
      return change.names
    } catch { throw ArchiveError(error, .write, path) }
  }

  /// - Returns: whether it was written: false where it was there.
  @discardableResult
  func put(_ document: ImageDocument) throws(ArchiveError) -> Bool {
    let digest = document.descriptor.digest
    guard document.bytes.count == document.descriptor.size else {
      throw .documentSizeDiffers(digest, expected: document.descriptor.size, actual: document.bytes.count)
    }
    if let held = blob(document.descriptor)?.content,
      (try? held.bytes(limit: document.bytes.count)) == document.bytes
    {
      return false
    }
    try ArchiveError.ofFiles { () throws(FileError) in
      let folder = try openBlobs(digest.algorithm)
      try folder.checkWritable()
      try makeWay(for: digest, in: folder)
      try folder.replace(digest.hexadecimal, with: document.bytes)
    }
    return true
  }

  /// What the files of a layout become with further images.
  private struct Change {
    var names: [String?] = []
    /// Nil where it stays as it is.
    var index: [UInt8]?
    var referrers: [UInt8]?

    var isNothing: Bool { index == nil && referrers == nil }
  }

  private func change(adding images: [ArchivedImage]) throws(ArchiveError) -> Change {
    var change = Change()
    let former = try read(Self.index)
    guard var index = former.map({ LayoutIndex(parsing: $0) }) ?? LayoutIndex() else {
      throw .unreadable(path, .ofIndex(former ?? []))
    }
    let before = former == nil ? nil : index
    for image in images {
      // A name is one that no other image of the layout has, so the ones before count already.
      change.names.append(index.put(image))
    }
    if index != before { change.index = index.bytes }
    let referrers = images.flatMap(\.referrers)
    guard !referrers.isEmpty else { return change }
    let formerList = try read(ReferrerList.fileName)
    guard var list = LayoutReferrers(parsing: formerList) else { throw .unreadable(path, .unreadableIndex) }
    let listBefore = formerList == nil ? nil : list.bytes
    list.add(referrers)
    if list.bytes != listBefore { change.referrers = list.bytes }
    return change
  }

  /// A document of the layout; nil where it is not there.
  func read(_ name: String) throws(ArchiveError) -> [UInt8]? {
    guard try ArchiveError.ofFiles({ () throws(FileError) in try folder.status(of: name) }) != nil else { return nil }
    guard let content = try? LayoutFolder(path: path).content(name) else {
      throw .unreadable(path, .notAFile(name: name))
    }
    return try content.bytes(limit: DocumentLimits.standard.manifestBytes)
  }
}
