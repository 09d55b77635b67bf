import ImageCopy
import ImageModel

/// What pulls the images of one command: `ImagePull`, or what a test puts in its place.
protocol ImagePuller: Sendable {
  func check(_ output: PullRequest.Output) throws
  func run(_ request: PullRequest, observe: @escaping @Sendable (PullEvent) -> Void) async throws -> PullResult
  func preview(_ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void) async throws -> PullPreview
  func images(
    matching pattern: ImagePattern, tags: [TagSelection], observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [ImageReference]
  func measure(
    _ images: [RequestedImage], observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [MeasuredImage]
  func close() async throws
}

extension ImagePull: ImagePuller {}
