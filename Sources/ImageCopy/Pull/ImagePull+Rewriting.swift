import ArchiveTools
import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

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
    if !request.restarts { try target.checkForUnfinishedPull() }
    var fetch = request
    fetch.layers = .asIs
    fetch.form = .oci
    fetch.volumeSize = nil
    let fetched = try fetchedPath(request, target)
    if !request.restarts {
      let leftover = try OutputPath(fetched)
      if let images = try request.foreignContent(of: leftover) {
        throw ArchiveError.unfinishedPull(fetched, of: images)
      }
      // What this command fetched before it was interrupted is its own, whatever it may not reuse of others.
      if try leftover.holdsFile { fetch.reusedPaths.append(fetched.string) }
    }
    fetch.output = .file(fetched.string)
    let result = try await run(fetch, observe: observe)
    var conversion = ImageConversion(fetched.string, to: output)
    conversion.layers = request.layers
    conversion.volumeSize = request.volumeSize
    conversion.waits = request.waits
    conversion.replacesUnfinished = request.restarts
    let converted = try await conversion.runRemovingSource { observe(.progress($0)) }
    let images = result.images.map { $0.changed(converted) }
    for (former, now) in zip(result.images, images) {
      for warning in former.warnings(now) {
        observe(.warning(images.count > 1 ? .ofImage(now.reference, warning) : warning))
      }
    }
    for warning in converted.warnings { observe(.warning(warning)) }
    return PullResult(
      images, path: converted.path, archiveSize: converted.size, bytesFetched: result.bytesFetched,
      elapsed: stopwatch.elapsed, leftOut: result.leftOut, isSplit: request.volumeSize != nil, form: request.form,
      isLayout: converted.isLayout, layoutNames: converted.images.map(\.layoutName))
  }

  private func conversionOutput(_ request: PullRequest) throws -> ImageConversion.Output {
    switch request.output {
    case .layout(let path): return .layout(path)
    case .file(let path): return .archive(path, request.form)
    case .directory(let path): return .archive(try request.path(in: FilePath(path)).string, request.form)
    case .standardOutput: throw FileError.outputIsNotRegular("-")
    }
  }

  /// What is pulled as it is stands beside the output, so that an interrupted pull goes on from it.
  private func fetchedPath(_ request: PullRequest, _ target: ConversionTarget) throws(FileError) -> FilePath {
    let name =
      switch target {
      case .archive(let output, _): output.path.lastComponent?.string ?? ""
      case .layout: request.image.archiveNames().last ?? ""
      }
    return try target.folder().appending(PullRequest.fetchedName(name))
  }
}

extension PulledImage {
  /// The image with the digests of what was rewritten.
  fileprivate func changed(_ converted: ConversionResult) -> PulledImage {
    let changes = converted.changes
    let image = converted.images.first { $0.formerRoot == digest || $0.formerRoot == manifestDigest }
    return PulledImage(
      reference: reference, digest: changes[digest] ?? digest,
      manifestDigest: changes[manifestDigest] ?? manifestDigest,
      platforms: platforms, selection: selection, name: name, referrers: image?.referrers ?? 0)
  }

  /// What there is to tell of the digest: of the index, where that was written anew, or of the manifest.
  fileprivate func warnings(_ now: PulledImage) -> [PullWarning] {
    if digest != now.digest { return [.digestChanged(former: digest, now: now.digest)] }
    return manifestDigest == now.manifestDigest
      ? [] : [.digestChanged(former: manifestDigest, now: now.manifestDigest)]
  }
}

extension ImageConversion {
  /// Converts an archive that was made for that alone, and removes it. After a failure it stays for the same command to go on
  /// from, unless that would fail in the same way.
  func runRemovingSource(_ observe: @escaping @Sendable (TransferProgress) -> Void) async throws -> ConversionResult {
    do {
      let converted = try await run(observe)
      unlink(source)
      return converted
    } catch {
      if error.isAboutContent { unlink(source) }
      throw error
    }
  }
}

extension ConversionResult {
  /// What there is to tell of it.
  var warnings: [PullWarning] { leftOut.map { .leftOut($0) } + movedFolders.map { .movedAside(path: $0) } }
}

extension Error {
  /// Whether what was fetched is wrong in itself, so that another try with it has the same end.
  fileprivate var isAboutContent: Bool {
    if self is ConversionError { return true }
    if case .unreadable? = self as? ArchiveError { return true }
    return false
  }
}
