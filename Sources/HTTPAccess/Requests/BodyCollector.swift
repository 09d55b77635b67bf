import Synchronization

/// Keeps a small response body in memory, up to a limit.
package final class BodyCollector: ResponseReceiver {
  private let limit: Int
  private let overflow: Overflow
  private let bytes = Mutex<[UInt8]>([])

  package enum Overflow: Sendable {
    /// A longer body is an error.
    case refuse
    /// A longer body ends the request quietly; what came is kept.
    case truncate
  }

  package struct Truncated: Error {}

  package init(limit: Int, overflow: Overflow = .refuse) {
    self.limit = limit
    self.overflow = overflow
  }

  package var body: [UInt8] { bytes.withLock { $0 } }

  package func receive(head: TransportResponse) throws {
    guard overflow == .refuse, let length = head.headers.first(name: "content-length").flatMap({ Int64($0) }) else {
      return
    }
    if length > limit { throw TransportError(.answerTooLarge(limit: limit)) }
  }

  package func receive(bytes chunk: UnsafeRawBufferPointer) throws {
    try bytes.withLock { bytes in
      let room = limit - bytes.count
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk.prefix(room)))
      guard chunk.count > room else { return }
      switch overflow {
      case .refuse: throw TransportError(.answerTooLarge(limit: limit))
      case .truncate: throw Truncated()
      }
    }
  }
}
