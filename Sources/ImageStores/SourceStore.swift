import BlobTransfer
import ImageArchive
import ImageModel
import NIOCore
import Waiting

/// A place that holds images and gives them: an archive, a repository of a registry, memory.
///
/// Four questions are all that a copy asks. Who answers them can be pushed, copied and served from, and is a source of both
/// executors of BlobTransfer.
package protocol SourceStore: BlobSource {
  /// How the place is called in messages.
  var place: String { get }

  /// What a name means there: the descriptor of a manifest or an index.
  ///
  /// - Parameter name: as the place has it: a name in an archive, a tag or a digest in a repository; nil for the only
  ///   image, or what the place takes for granted.
  /// - Throws: where there is no such name, or the place cannot be asked.
  func meaning(of name: String?) async throws -> Descriptor

  /// A document that a descriptor names, its digest checked; nil where the place does not have it.
  func document(_ descriptor: Descriptor) async throws -> ImageDocument?

  /// Whether the place has a blob. Where it cannot find out it says so.
  ///
  /// - Throws: where nobody is let in.
  func presence(of blob: Descriptor) async throws -> Presence

  /// Hands a range of a blob over, in order and all of it, and returns once that is taken.
  ///
  /// Its bytes are not checked: see ``BlobContent``.
  ///
  /// - Throws: where that cannot be done; what `sink` throws; `CancellationError`.
  func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws

  /// Hands a whole blob over, in order. Its last bytes follow only once its digest is right: who takes wrong bytes never has
  /// all of them.
  ///
  /// - Throws: where the bytes are wrong; what ``read(_:_:into:)`` throws.
  func readChecked(_ blob: Descriptor, into sink: any ByteSink) async throws

  /// Whether blobs stand on a disk here, and may be read as often as one likes.
  var isAtHand: Bool { get }

  /// The place is told that what it gave of a blob was not it.
  ///
  /// - Returns: whether the right bytes may come when it is read again.
  func mayCorrect(_ blob: Descriptor) -> Bool
}

extension SourceStore {
  package var name: String { place }

  package var isAtHand: Bool { false }

  package func readChecked(_ blob: Descriptor, into sink: any ByteSink) async throws {
    guard blob.size > 0 else { return }
    try await BlobContent(blob, in: self).read(0..<blob.size, into: sink)
  }

  package func mayCorrect(_ blob: Descriptor) -> Bool { false }

  package func nothingCame(of blob: Descriptor) -> any RetriableFailure {
    ImageStoreError.missing(blob.digest, place: place)
  }

  package func fetch(
    _ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver
  ) async throws {
    try receiver.begin(at: range.lowerBound, isWhole: range == 0..<blob.size)
    try await read(blob, range, into: ReceivedBytes(receiver: receiver))
  }
}

/// Hands what a store gives to a receiver.
private struct ReceivedBytes: ByteSink {
  let receiver: any BlobReceiver

  func write(_ bytes: ByteBuffer) async throws {
    try bytes.withUnsafeReadableBytes { try receiver.receive($0) }
    await receiver.pause?()
  }
}
