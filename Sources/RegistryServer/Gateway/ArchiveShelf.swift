import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel
import Synchronization
import Waiting

/// The plans of archives: made when they are first asked for, and kept for those who ask for the rest.
final class ArchiveShelf: Sendable {
  private static let limit = 128
  private static let lifetime = Duration.seconds(3_600)

  private let pull: ImagePull
  private let work = SharedWork<ArchiveRequest.Content, PlannedArchive>()
  private let plans = Mutex(BoundedTable<ArchiveRequest.Content, PlannedArchive>(limit: limit, lifetime: lifetime))
  private let time: Stopwatch

  init(_ pull: ImagePull, clock: any Clock<Duration>) {
    self.pull = pull
    time = Stopwatch(clock)
  }

  /// - Parameter count: counts a question to registries, and may refuse it.
  /// - Throws: as `ImagePull.planned(_:observe:)`; what `count` throws.
  func archive(_ request: ArchiveRequest, count: () throws -> Void) async throws -> PlannedArchive {
    let content = request.content
    if let plan = plans.withLock({ $0[content, at: time.elapsed] }) { return plan }
    try count()
    return try await work.value(for: content) { [self] in
      let plan = try await pull.planned(request.pullRequest) { _ in }
      plans.withLock { $0[content, at: time.elapsed] = plan }
      return plan
    }
  }
}

extension ArchiveRequest {
  /// What decides the bytes of an archive.
  struct Content: Sendable, Hashable {
    let images: [RequestedImage]
    let form: ArchiveFormat
  }

  var content: Content { Content(images: images, form: form) }
}
