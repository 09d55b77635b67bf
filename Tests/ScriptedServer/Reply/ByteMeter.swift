import Synchronization

/// Counts the body bytes sent by all replies that carry it: for a token or a URL that expires after so many bytes.
public final class ByteMeter: Sendable {
  private let state = Atomic<Int64>(0)

  public init() {}

  /// Body bytes handed to the system so far.
  public var count: Int64 { state.load(ordering: .sequentiallyConsistent) }

  func add(_ count: Int64) {
    state.add(count, ordering: .sequentiallyConsistent)
  }
}
