import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import NIOCore
import Synchronization
import SystemPackage
import Waiting

/// Writes the images of an archive, or of an OCI layout, in another form. No registry is asked.
public struct ImageConversion: Sendable {
  /// Where the images go, and in which form.
  public enum Output: Sendable, Hashable {
    case archive(String, ArchiveFormat)
    /// An OCI image layout in this folder, which is made, or added to where it is there.
    case layout(String)
  }

  /// The path of the archive or layout.
  public var source: String
  /// Where the images go.
  public var output: Output
  /// How layers are compressed.
  public var layers = LayerCompression.asIs
  /// What images are called instead of by the names that they have; nil for those.
  public var names: LoadedNames?
  /// How large a volume of an archive may be, in bytes; nil for one file.
  public var volumeSize: Int64?
  /// Wait for another process that works on the same output.
  public var waits = true

  public init(_ source: String, to output: Output) {
    self.source = source
    self.output = output
  }

  /// Throw away what an interrupted pull left of the same output, instead of refusing to.
  public var replacesUnfinished = false

  /// The final file name appears only when its content is complete and verified; what a failure leaves behind is nothing.
  ///
  /// - Parameter observe: called in order, from one task at a time, at most ten times a second.
  /// - Throws: ``ConversionError``; `ImageNamingError`; `ArchiveError`; `CancellationError`.
  public func run(_ observe: @escaping @Sendable (TransferProgress) -> Void) async throws -> ConversionResult {
    let stopwatch = Stopwatch(ContinuousClock())
    let archive = try await Workers.current.run { try StoredArchive(opening: FilePath(source)) }
    try check(archive)
    // A layout is made here, once it is known that there is something to put into it.
    let target = try ConversionTarget(output, volumeSize: volumeSize)
    if !replacesUnfinished { try target.checkForUnfinishedPull() }
    let making = ManifestMaking(archive, type: .ociManifest)
    let reader = ConversionReader(archive: try await making.run())
    var found = try await CancellationFlag.run { try reader.read(unless: $0) }
    found.images = try named(found.images)
    if !target.form.hasLayout {
      for index in found.images.indices { found.leftOut += found.images[index].reduceToOnePlatform() }
    }
    var images = found.images
    let made = try await LayerRewriting(
      form: layers, folder: { () throws(FileError) in try target.folder() }, stopwatch: stopwatch, observe: observe
    ).run(images, found.contents)
    for index in images.indices { found.leftOut += images[index].replace(made) }
    found.contents.merge(made.values.map { ($0.descriptor.digest, $0) }) { first, _ in first }
    let written = try await ConversionWriter(
      target: target, waits: waits, replacesUnfinished: replacesUnfinished,
      pause: { try await stopwatch.sleep(for: PartialArchive.lockInterval) }, stopwatch: stopwatch, observe: observe
    ).write(images.compactMap(\.parts.archived), found.contents)
    return ConversionResult(
      path: target.path.string, isLayout: target.isLayout, size: written.size,
      images: zip(found.images, images).enumerated().compactMap { index, pair in
        ConvertedImage(
          pair.0, pair.1, isNew: making.isNeeded,
          layoutName: written.names.indices.contains(index) ? written.names[index] : nil)
      },
      hasZstdForDocker: target.form.hasDockerManifest
        && images.contains { $0.parts.platforms.first?.manifest.hasZstdLayers ?? false },
      leftOut: found.leftOut.uniqued, movedFolders: target.takeMovedFolders(), elapsed: stopwatch.elapsed,
      changes: making.isNeeded ? [:] : Self.changes(found.images, images))
  }
}

extension ImageConversion {
  private func check(_ archive: StoredArchive) throws(ConversionError) {
    let count = archive.groups.count
    guard count > 0 else { throw .noImage(archive.path) }
    if case .one = names, count > 1 { throw .oneNameForSeveral(archive.path, images: count) }
  }

  /// The images with the names that they are to have.
  private func named(_ images: [ConversionImage]) throws(ImageNamingError) -> [ConversionImage] {
    guard let names else { return images }
    var named = images
    var all: [(name: ImageReference, image: Digest?, former: String)] = []
    for index in named.indices {
      let former = named[index].parts.names
      try named[index].parts.rename(by: names)
      let parts = named[index].parts
      all += parts.names.map { ($0, parts.root?.descriptor.digest, former.first?.description ?? source) }
    }
    try ImageNaming.checkNames(all)
    return named
  }

  /// The digests of manifests and indexes that were written anew, and what they are now.
  private static func changes(_ former: [ConversionImage], _ now: [ConversionImage]) -> [Digest: Digest] {
    var changes: [Digest: Digest] = [:]
    for (former, now) in zip(former, now) {
      let documents = zip(former.parts.platforms, now.parts.platforms).map { ($0.document, $1.document) }
      for (old, new) in documents
        + [(former.parts.root, now.parts.root)].compactMap({ pair in
          pair.0.flatMap { old in pair.1.map { (old, $0) } }
        }) where old.descriptor.digest != new.descriptor.digest
      {
        changes[old.descriptor.digest] = new.descriptor.digest
      }
    }
    return changes
  }
}

extension [LeftOutContent] {
  /// Each once, in their order.
  fileprivate var uniqued: Self {
    var seen: Set<LeftOutContent> = []
    return filter { seen.insert($0).inserted }
  }
}

/// What a finished conversion left.
public struct ConversionResult: Sendable {
  /// The path of the archive or of the layout's folder.
  public let path: String
  public let isLayout: Bool
  /// The size of the archive, or of what a layout holds of the images, in bytes.
  public let size: Int64
  public let images: [ConvertedImage]
  /// Whether layers are in zstd in an archive that is made for engines that may not read it, too.
  public let hasZstdForDocker: Bool
  /// What was not taken over: signatures and the like, platforms.
  public let leftOut: [LeftOutContent]
  /// Folders of a layout that had the names of blobs, by the names that they have now.
  public let movedFolders: [String]
  public let elapsed: Duration
  /// Of manifests and indexes that were written anew: what their digests were, and are.
  package let changes: [Digest: Digest]
}

/// An image that was written in another form.
public struct ConvertedImage: Sendable {
  public let names: [String]
  /// The digest of what `index.json` names: an index of several platforms, or the manifest.
  public let digest: Digest
  /// The digest of the manifest: of several, of the one that `manifest.json` describes.
  public let manifestDigest: Digest
  /// The ``digest`` that it had, where its layers were written anew.
  public let formerDigest: Digest?
  /// How many platforms it is for.
  public let platforms: Int
  /// How many signatures and the like came along.
  public let referrers: Int
  /// The name by which it is found in a layout (`org.opencontainers.image.ref.name`).
  public let layoutName: String?
  /// The ``digest`` that it had, or has.
  package let formerRoot: Digest?

  /// - Parameter isNew: whether it came without a manifest, so that nobody knows it by a digest.
  init?(_ former: ConversionImage, _ now: ConversionImage, isNew: Bool, layoutName: String?) {
    guard let root = now.parts.root, let shown = now.parts.platforms.first else { return nil }
    names = now.parts.names.map(\.familiarName)
    digest = root.descriptor.digest
    manifestDigest = shown.document.descriptor.digest
    let before = former.parts.root?.descriptor.digest
    formerDigest = isNew || before == digest ? nil : before
    formerRoot = before
    platforms = now.parts.platforms.count
    referrers = now.parts.referrers.count
    self.layoutName = layoutName
  }
}
