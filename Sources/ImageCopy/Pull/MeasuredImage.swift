import ImageModel

/// An image, and what it would come to.
public struct MeasuredImage: Sendable {
  public enum Outcome: Sendable {
    /// The size of each blob, in bytes.
    case blobs([Digest: Int64])
    case failure(any ClassifiedError)
  }

  public let image: RequestedImage
  public let outcome: Outcome

  public init(image: RequestedImage, outcome: Outcome) {
    self.image = image
    self.outcome = outcome
  }

  /// Config and layers, in bytes; nil where the image cannot be had.
  public var size: Int64? {
    if case .blobs(let blobs) = outcome { blobs.values.reduce(0, +) } else { nil }
  }

  /// What all images come to together: what they share counts once.
  public static func total(_ images: [MeasuredImage]) -> Int64 {
    var sizes: [Digest: Int64] = [:]
    for case .blobs(let blobs) in images.map(\.outcome) { sizes.merge(blobs) { first, _ in first } }
    return sizes.values.reduce(0, +)
  }
}
