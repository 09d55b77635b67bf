import ArchiveTools
import FileAccess
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

/// A copy whose layers are to be compressed in another way. How large they are then is not known before they are there: they are
/// copied as they are, into an archive beside the output, from which the output is made.
extension ImageExport {
  /// - Throws: as ``run(observe:)``; ``ConversionError``.
  func runRewriting(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushResult {
    let stopwatch = Stopwatch(retrier.clock)
    let (before, after) = request.conversion.dividedByLayers
    let output = try conversionOutput
    let target = try await Workers.current.run { try ConversionTarget(output, volumeSize: nil) }
    try target.checkForUnfinishedPull()
    var whole = request
    whole.layers = .asIs
    whole.conversion = before
    let folder = try target.folder()
    let kept = folder.appending(keptName("as-is"))
    whole.output = .archive(kept.string)
    var copy = ImageExport(whole, access, retrier: retrier)
    // A chart has no layers that could be compressed.
    copy.takesArtifacts = false
    let changes = DigestChanges()
    let copied = try await copy.run { event in
      switch event {
      // Told of what comes of it; and the layers do not stay as they are.
      case .pushed, .warning(.access(.zstdLayers)): break
      case .warning(.converted(_, let former, let digest)): changes.note(from: former, to: digest)
      default: observe(event)
      }
    }
    try await Workers.current.run { [request] in try request.output.checkReplaces(by: copied.images) }
    // Another format follows in a copy of its own.
    let compressed = after.isNothing ? nil : folder.appending(keptName("layers")).string
    defer { if let compressed { unlink(compressed) } }
    var conversion = ImageConversion(kept.string, to: compressed.map { .archive($0, .ociAndDocker) } ?? output)
    conversion.layers = request.layers
    let converted = try await conversion.runRemovingSource { observe(.progress($0)) }
    for warning in converted.warnings { observe(.warning(.access(warning))) }
    var images = copied.images.map { image in
      PushedImage(
        reference: image.reference, formerName: image.formerName,
        digest: converted.changes[image.digest] ?? image.digest, wasThere: false)
    }
    if let compressed { images = try await format(compressed, as: after, images, observe: observe) }
    for (former, image) in zip(copied.images, images) {
      let original = changes.original(of: former.digest)
      if original != image.digest { observe(.warning(.converted(image.reference, from: original, to: image.digest))) }
      observe(.pushed(image))
    }
    return PushResult(
      images: images, blobsSent: copied.blobsSent + copied.blobsPresent, blobsPresent: 0, blobsMounted: 0,
      bytesSent: converted.size, elapsed: stopwatch.elapsed)
  }

  /// Writes the output in another format.
  private func format(
    _ path: String, as conversion: CopyConversion, _ images: [PushedImage],
    observe: @escaping @Sendable (PushEvent) -> Void
  ) async throws -> [PushedImage] {
    var last = ExportRequest([.archive(path: path)], to: request.output)
    last.conversion = conversion
    let result = try await ImageExport(last, access, retrier: retrier).run { event in
      if case .warning(.access(let warning)) = event { observe(.warning(.access(warning))) }
    }
    return images.map { image in
      let digest = result.images.first { $0.reference == image.reference }?.digest
      return PushedImage(
        reference: image.reference, formerName: image.formerName, digest: digest ?? image.digest, wasThere: false)
    }
  }

  private var conversionOutput: ImageConversion.Output {
    get throws(FileError) {
      switch request.output {
      case .archive(let path): .archive(path, .ociAndDocker)
      case .layout(let path): .layout(path)
      case .standardOutput: throw .outputIsNotRegular("-")
      }
    }
  }

  /// The name of the archive with the layers as they are. That of another request is another one, and stays.
  private func keptName(_ ending: String) -> String {
    let output = FilePath(request.output.name).lexicallyNormalized().lastComponent?.string ?? ""
    let digest = Digest.hash(Array("\(request.sources) \(request.choice)".utf8))
    return ".\(output).\(digest.hexadecimal.prefix(12)).\(ending)"
  }
}
