import ImageArchive
import ImageModel
import NIOPosix
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A pull whose layers are to be compressed in another way. How large they are then is not known before they are there:
/// they are pulled as they are, into an archive beside the output, from which the output is made.
extension ImagePull {
  /// - Throws: as ``run(_:observe:)``; ``ConversionError``.
  func runRewriting(
    _ request: PullRequest, observe: @escaping @Sendable (PullEvent) -> Void
  ) async throws -> PullResult {
    let stopwatch = Stopwatch(retrier.clock)
    let output = try conversionOutput(request)
    let target = try ConversionTarget(output, volumeSize: request.volumeSize)
    var fetch = request
    fetch.layers = .asIs
    fetch.form = .oci
    fetch.volumeSize = nil
    let fetched = fetchedPath(request, target)
    fetch.output = .file(fetched.string)
    let result = try await run(fetch, observe: observe)
    var conversion = ImageConversion(fetched.string, to: output)
    conversion.layers = request.layers
    conversion.volumeSize = request.volumeSize
    conversion.waits = request.waits
    let converted = try await conversion.run { observe(.progress($0)) }
    unlink(fetched.string)
    let image = converted.images.first
    if let image, let former = image.formerDigest {
      observe(.warning(.digestChanged(former: former, now: image.manifestDigest)))
    }
    return PullResult(
      reference: result.reference, manifestDigest: image?.manifestDigest ?? result.manifestDigest,
      platform: result.platform, path: converted.path, archiveSize: converted.size, imageName: result.imageName,
      bytesFetched: result.bytesFetched, elapsed: stopwatch.elapsed, images: result.images,
      leftOut: result.leftOut, isSplit: request.volumeSize != nil,
      isLayout: converted.isLayout,
      layoutName: image?.layoutName)
  }

  private func conversionOutput(_ request: PullRequest) throws -> ImageConversion.Output {
    switch request.output {
    case .layout(let path): return .layout(path)
    case .file(let path): return .archive(path, request.form)
    case .directory(let path):
      let name = request.image.platforms.archiveName(for: request.reference, isDelta: false)
      return .archive(FilePath(path).appending(name).lexicallyNormalized().string, request.form)
    case .standardOutput: throw ArchiveError.outputIsNotRegular("-")
    }
  }

  /// What is pulled as it is stands beside the output, so that an interrupted pull goes on from it.
  private func fetchedPath(_ request: PullRequest, _ target: ConversionTarget) -> FilePath {
    let name =
      switch target {
      case .archive(let output, _): output.path.lastComponent?.string ?? ""
      case .layout: request.image.platforms.archiveName(for: request.reference, isDelta: false)
      }
    return target.folder.appending(".\(name).as-is")
  }
}

extension Manifest {
  /// Whether a layer says that it is compressed with zstd.
  var hasZstdLayers: Bool { layers.contains { $0.mediaType.rawValue.hasSuffix("zstd") } }
}
