import ImageModel

/// What became of all images of a synchronization, in the order of the request. Lists are long: each name is kept once.
public struct SyncedImages: RandomAccessCollection, Sendable {
  /// What became of an entry.
  package struct Found: Sendable {
    /// Of the image; nil where it is not known.
    let digest: Digest?
    let outcome: SyncedImage.Outcome
  }

  private let entries: [SyncRequest.Entry]
  /// For each entry; nil where it was not tried.
  private let found: [Found?]

  init(_ entries: [SyncRequest.Entry], _ found: [Found?]) { (self.entries, self.found) = (entries, found) }

  package init(_ images: [SyncedImage]) {
    self.init(images.map(\.entry), images.map { Found(digest: $0.digest, outcome: $0.outcome) })
  }

  public var startIndex: Int { entries.startIndex }
  public var endIndex: Int { entries.endIndex }

  public subscript(position: Int) -> SyncedImage {
    let image = found[position]
    return SyncedImage(entry: entries[position], digest: image?.digest, outcome: image?.outcome ?? .notTried)
  }
}
