import ImageArchive
import ImageModel
import NIOCore
import NIOPosix
import SystemPackage

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
  package func verify(observe: @escaping @Sendable (PullProgress) -> Void) async throws -> ArchiveVerification {
    let stopwatch = Stopwatch(ContinuousClock())
    let (structure, images): (ArchiveStructure, Int)
    do {
      (structure, images) = try await NIOThreadPool.singleton.runIfActive {
        let archive = try StoredArchive(opening: path, isSalvaging: true)
        return (try ArchiveStructure(of: archive), archive.images.count)
      }
    } catch ArchiveError.unreadable(_, let fault) where fault.isAboutVolumes {
      return ArchiveVerification(
        findings: [.structure(.fault(fault))], images: 0, contents: 0, bytes: 0, elapsed: stopwatch.elapsed)
    }
    let tally = BlobTally(structure.checks.map(\.progress), stopwatch: stopwatch, observe: observe)
    let contents = try await findings(in: structure.checks, tally)
    tally.finished()
    return ArchiveVerification(
      findings: structure.findings.map { .structure($0) } + contents, images: images,
      contents: structure.checks.count, bytes: structure.checks.reduce(0) { $0 &+ $1.content.size },
      elapsed: stopwatch.elapsed)
  }

  /// The longest first, so that none is left alone at the end; told in the order of the checks.
  private func findings(
    in checks: [ContentCheck], _ tally: BlobTally
  ) async throws -> [ArchiveFinding] {
    var found: [Int: [ArchiveFinding]] = [:]
    var rest = checks.indices.sorted { checks[$0].content.size < checks[$1].content.size }
    try await withThrowingTaskGroup(of: (Int, [ArchiveFinding]).self) { group in
      let add = { (group: inout ThrowingTaskGroup<(Int, [ArchiveFinding]), any Error>, index: Int) in
        group.addTask { (index, try await self.findings(checks[index], index, tally)) }
      }
      for _ in 0..<width { if let index = rest.popLast() { add(&group, index) } }
      while let (index, findings) = try await group.next() {
        found[index] = findings
        if let next = rest.popLast() { add(&group, next) }
      }
    }
    return checks.indices.flatMap { found[$0] ?? [] }
  }

  private func findings(
    _ check: ContentCheck, _ index: Int, _ tally: BlobTally
  ) async throws -> [ArchiveFinding] {
    try await CancellationFlag.run { flag in
      try ContentReader.findings(check, progress: { tally.read($0, of: index) }, isCancelled: { flag.isSet })
    }
  }
}

extension ContentCheck {
  fileprivate var progress: BlobProgress {
    BlobProgress(
      digest: digest ?? diffID ?? .hash(Array(memberName.utf8)), kind: isLayer ? .layer : .config, size: content.size)
  }
}
