import BlobTransfer
import ImageArchive
import ImageContents
import ImageLayers
import ImageModel
import NIOCore
import NIOPosix
import SystemPackage
import Waiting

/// Reads an archive whole and finds whatever is wrong with it: its structure, every digest and size, and every layer
/// without its compression.
package struct ArchiveVerifier: Sendable {
  let path: FilePath
  /// Contents that are read at the same time.
  let width: Int

  /// - Parameter width: contents that are read at the same time; they are bound by the processor.
  package init(_ path: FilePath, width: Int = System.coreCount) {
    self.path = path
    self.width = max(1, width)
  }

  /// - Parameter observe: told how far it is, ten times a second at most, from any thread.
  /// - Throws: `ArchiveError` where there is no archive at the path, or the system fails; `CancellationError`.
  package func verify(observe: @escaping @Sendable (TransferProgress) -> Void) async throws -> ArchiveVerification {
    let stopwatch = Stopwatch(ContinuousClock())
    let (structure, archive): (ArchiveStructure, StoredArchive)
    do {
      (structure, archive) = try await Workers.current.run {
        let archive = try StoredArchive(opening: path, isSalvaging: true)
        return (try ArchiveStructure(of: archive), archive)
      }
    } catch ArchiveError.unreadable(_, let fault) where fault.isAboutVolumes {
      return ArchiveVerification(
        findings: [.structure(.fault(fault))], images: 0, contents: 0, bytes: 0, elapsed: stopwatch.elapsed)
    }
    let tally = BlobTally(structure.checks.map(\.progress), stopwatch: stopwatch, observe: observe)
    let results = try await results(of: structure.checks, tally)
    tally.finished()
    let linking = zip(structure.checks, results).filter { $1.linksToLowerLayers }.map { $0.0.content }
    let links = try await linkFindings(in: archive, layers: Set(linking))
    return ArchiveVerification(
      findings: structure.findings.map { .structure($0) } + results.flatMap(\.findings) + links,
      images: archive.images.count,
      contents: structure.checks.count, bytes: structure.checks.reduce(0) { $0 &+ $1.content.size },
      elapsed: stopwatch.elapsed)
  }

  /// The longest first, so that none is left alone at the end; told in the order of the checks.
  private func results(of checks: [ContentCheck], _ tally: BlobTally) async throws -> [ContentReader.Result] {
    let order = checks.indices.sorted { checks[$0].content.size > checks[$1].content.size }
    let found = try await inParallel(order, width: width) { try await read(checks[$0], $0, tally) }
    return zip(order, found).sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func read(_ check: ContentCheck, _ index: Int, _ tally: BlobTally) async throws -> ContentReader.Result {
    try await CancellationFlag.run { flag in
      try ContentReader.read(check, progress: { tally.read($0, of: index) }, isCancelled: { flag.isSet })
    }
  }

  /// Hard links for which a layer has no target: the root that the lower ones make has it, or nobody. Those layers are read
  /// once more, which few images need.
  private func linkFindings(
    in archive: StoredArchive, layers: Set<StoredContent>
  ) async throws -> [ArchiveFinding] {
    var findings: [ArchiveFinding] = []
    for image in archive.images
    where image.isWhole && image.layers.contains(where: { $0.content.map(layers.contains) ?? false }) {
      do {
        _ = try await ImageFiles(of: ReadableImage(image, of: archive), width: width)
      } catch ImageContentError.layer(_, let layer, let error) {
        guard case .missingLinkTarget = error else { continue }
        let member = image.layers.first { $0.descriptor.map { "\($0.digest)" } == layer }?.memberName
        let finding = ArchiveFinding.unusableLayer(name: member ?? layer, error)
        if !findings.contains(finding) { findings.append(finding) }
      } catch is ImageContentError {
        // What is wrong has been said of the content itself.
      } catch ArchiveError.unreadable {}
    }
    return findings
  }
}

extension ContentCheck {
  fileprivate var progress: BlobProgress {
    BlobProgress(
      digest: digest ?? diffID ?? .hash(Array(memberName.utf8)), kind: isLayer ? .layer : .config, size: content.size)
  }
}
