import ImageModel
import Synchronization

/// Counts the bytes of a conversion: those of layers that are written anew, and then those that are put in their place.
final class ConversionProgress: Sendable {
  private struct State {
    var blobs: [BlobProgress]
    var indices: [Digest: Int] = [:]
    var last: Duration?
  }

  private let state: Mutex<State>
  private let stopwatch: Stopwatch
  private let observe: @Sendable (PullProgress) -> Void

  init(
    _ images: [ConversionImage], stopwatch: Stopwatch, observe: @escaping @Sendable (PullProgress) -> Void
  ) {
    self.stopwatch = stopwatch
    self.observe = observe
    state = Mutex(Self.state(of: images))
  }

  private static func state(of images: [ConversionImage]) -> State {
    var state = State(blobs: [])
    for image in images {
      for (content, kind) in [(image.config, BlobKind.config)] + image.layers.map({ ($0, .layer) })
      where state.indices[content.descriptor.digest] == nil {
        state.indices[content.descriptor.digest] = state.blobs.count
        state.blobs.append(
          BlobProgress(digest: content.descriptor.digest, kind: kind, size: content.descriptor.size))
      }
    }
    return state
  }

  /// Layers are rewritten: all of these bytes still have to be put in their place.
  func read(_ digest: Digest, _ count: Int64) { tell(digest, count) }

  /// From here on the blobs are those that are written.
  func begin(_ images: [ConversionImage]) { state.withLock { $0 = Self.state(of: images) } }

  func written(_ digest: Digest, _ count: Int64) { tell(digest, count) }

  func end() { tell(nil, 0) }

  private func tell(_ digest: Digest?, _ count: Int64) {
    let now = stopwatch.elapsed
    state.withLock { state in
      if let digest, let index = state.indices[digest] { state.blobs[index].received = count }
      guard digest == nil || state.last.map({ now - $0 >= ArchiveFill.tick }) ?? true else { return }
      state.last = now
      let received = state.blobs.reduce(0) { $0 + $1.received }
      observe(PullProgress(elapsed: now, blobs: state.blobs, bytesFetched: received))
    }
  }
}
