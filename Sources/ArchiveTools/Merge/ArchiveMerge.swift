import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import Synchronization
import SystemPackage
import Waiting

/// Makes a delta whole: its own blobs, and those that it lacks out of other archives, in one new archive with the very
/// bytes of a direct pull.
public struct ArchiveMerge: Sendable {
  /// What was written.
  public struct Result: Sendable, Hashable {
    public let path: String
    /// Bytes.
    public let size: Int64
    /// The names of the images that are in it.
    public let images: [String]
    public let elapsed: Duration
  }

  private let paths: [FilePath]
  private let output: FilePath

  /// - Parameter paths: archives or layouts. One of them is a delta; where several are, the last one is made whole.
  public init(paths: [String], output: String) {
    self.paths = paths.map { FilePath($0) }
    self.output = FilePath(output)
  }

  /// - Parameter observe: told how far it is, ten times a second at most.
  /// - Throws: ``MergeError``; `ArchiveError`; `CancellationError`. The output is then what it was before.
  public func run(observe: @escaping @Sendable (TransferProgress) -> Void) async throws -> Result {
    let stopwatch = Stopwatch(ContinuousClock())
    let job = try await Workers.current.run { try prepare() }
    let assembly = BlobAssembly(
      contents: job.stored, tally: BlobTally(of: job.plan, job.images, stopwatch: stopwatch, observe: observe)
    ) { content, fault in
      if case .gone = fault { return FileError.fileReplaced(content.path) }
      return MergeError.wrongBlob(content.descriptor.digest, path: content.path.string)
    }
    try await assembly.run(
      job.plan, into: Workers.current.run { try PartialArchive(at: job.output).checkedForUnfinishedPull() })
    return Result(
      path: output.string, size: job.plan.size, images: job.images.flatMap { $0.names.map(\.familiarName) },
      elapsed: stopwatch.elapsed)
  }

  /// What is to be written, and where its blobs stand.
  private struct Job: Sendable {
    let images: [ArchivedImage]
    let plan: ArchivePlan
    let stored: [Digest: [ContentOnDisk]]
    let output: OutputPath
  }

  private func prepare() throws -> Job {
    let archives = try paths.map { path throws -> StoredArchive in try StoredArchive(opening: path) }
    guard let delta = archives.last(where: { !$0.absentBlobs.isEmpty }) else { throw MergeError.nothingToMerge }
    let images = delta.archivedImages
    guard !images.isEmpty, delta.images.allSatisfy({ $0.manifest != nil }) else {
      throw MergeError.noManifest(path: delta.path.string)
    }
    let plan = try ArchivePlan(images: images, form: delta.form)
    let stored = try Self.stored(plan, in: [delta] + archives.filter { $0.path != delta.path }, of: delta)
    try checkOutput()
    return Job(images: images, plan: plan, stored: stored, output: try OutputPath.check(output))
  }

  /// Where each blob of the plan stands, in all archives that have it.
  private static func stored(
    _ plan: ArchivePlan, in archives: [StoredArchive], of delta: StoredArchive
  ) throws -> [Digest: [ContentOnDisk]] {
    var stored: [Digest: [ContentOnDisk]] = [:]
    for blob in plan.blobs {
      stored[blob.digest] = archives.compactMap { $0.blob(blob.digest, size: blob.size) }
        .map { ContentOnDisk($0, blob.descriptor) }
    }
    let missing = plan.blobs.map(\.digest).filter { stored[$0]?.isEmpty ?? true }
    guard missing.isEmpty else { throw MergeError.missing(missing, bases: delta.delta?.bases ?? []) }
    return stored
  }

  private func checkOutput() throws {
    guard let status = try? output.stat() else { return }
    for path in paths where (try? path.stat())?.isSameFile(as: status) == true {
      throw MergeError.outputIsInput(path: output.string)
    }
  }
}
