import ImageModel
import ImageTransfer

/// One image to pull, and how.
struct PullJob: Sendable {
  let reference: ImageReference
  let settings: PullSettings
}

/// Pulls an image and tells what happens on the way.
///
/// - Throws: `CancellationError`; ``StreamError`` where the archive went to standard output and cannot be written
///   there; else a `ClassifiedError`.
typealias Puller = @Sendable (PullJob, _ observe: @escaping @Sendable (PullEvent) -> Void) async throws -> PullResult
