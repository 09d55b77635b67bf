import ImageArchive
import ImageModel
import NIOCore
import NIOPosix
import RegistryClient
import Synchronization
import SystemPackage

/// Writes the images of an archive, or of an OCI layout, in another form. No registry is asked.
public struct ImageConversion: Sendable {
  public enum Output: Sendable, Hashable {
    case archive(String, ArchiveForm)
    /// An OCI image layout in this folder, which is made, or added to where it is there.
    case layout(String)
  }

  public var source: String
  public var output: Output
  public var layers = LayerForm.asIs
  /// The name that the only image gets, instead of those that it has.
  public var name: ImageReference?
  /// How large a volume of an archive may be, in bytes; nil for one file.
  public var volumeSize: Int64?
  /// Wait for another process that works on the same output.
  public var waits = true

  public init(_ source: String, to output: Output) {
    self.source = source
    self.output = output
  }

  /// The final file name appears only when its content is complete and verified; what a failure leaves behind is nothing.
  ///
  /// - Parameter observe: called in order, from one task at a time, at most ten times a second.
  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  public func run(_ observe: @escaping @Sendable (PullProgress) -> Void) async throws -> ConversionResult {
    let retrier = Retrier(now: WallClock.seconds)
    let stopwatch = Stopwatch(retrier.clock)
    let target = try ConversionTarget(output, volumeSize: volumeSize)
    let archive = try await NIOThreadPool.singleton.runIfActive { try StoredArchive(opening: FilePath(source)) }
    let found = try named(try await ConversionReader(archive: archive).images())
    let progress = ConversionProgress(found, stopwatch: stopwatch, observe: observe)
    let rewriting = LayerRewriting(form: layers, folder: target.folder) { progress.read($0, $1) }
    let images = try await rewriting.run(found)
    progress.begin(images)
    let written = try await target.write(
      images, waits: waits, pause: { try await retrier.clock.sleep(for: ArchiveDownload.lockInterval) },
      progress: { progress.written($0, $1) })
    progress.end()
    return ConversionResult(
      path: target.path.string, isLayout: target.isLayout, size: written.size,
      images: zip(found, images).enumerated().map { index, pair in
        let (former, now) = (pair.0.document.descriptor.digest, pair.1.document.descriptor.digest)
        return ConvertedImage(
          names: pair.1.names.map(\.familiarName), manifestDigest: now,
          formerDigest: former == now || pair.0.isNew ? nil : former,
          layoutName: written.names.indices.contains(index) ? written.names[index] : nil)
      },
      hasZstdForDocker: target.isForDocker && images.contains { $0.manifest.hasZstdLayers },
      artifactsLeftOut: archive.artifacts.count, elapsed: stopwatch.elapsed)
  }
}

extension ImageConversion {
  private func named(_ images: [ConversionImage]) throws(ConversionError) -> [ConversionImage] {
    guard let name else { return images }
    guard images.count == 1 else { throw .oneNameForSeveral(FilePath(source), images: images.count) }
    return images.map { image in
      var image = image
      image.names = [name]
      return image
    }
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
  /// How many signatures and the like were not taken over.
  public let artifactsLeftOut: Int
  public let elapsed: Duration
}

/// An image that was written in another form.
public struct ConvertedImage: Sendable {
  public let names: [String]
  public let manifestDigest: Digest
  /// The digest that it had, where its layers were written anew.
  public let formerDigest: Digest?
  /// The name by which it is found in a layout (`org.opencontainers.image.ref.name`).
  public let layoutName: String?
}
