import NIOCore
import Synchronization
import Waiting

/// Keeps the last bytes of what it is given back until it is told that all of it is right.
///
/// A reader that goes on after a broken connection could else be given the missing rest of wrong bytes, and take the whole for
/// complete.
package final class HoldingSink: ByteSink {
  private struct Held {
    var pieces: [ByteBuffer] = []
    var count = 0
  }

  private let sink: any ByteSink
  private let limit: Int
  private let held = Mutex(Held())

  /// - Parameter limit: bytes that are kept back.
  package init(_ sink: any ByteSink, limit: Int = 64 << 10) {
    self.sink = sink
    self.limit = limit
  }

  package func write(_ bytes: ByteBuffer) async throws {
    let free = held.withLock { held -> [ByteBuffer] in
      if bytes.readableBytes > 0 { held.pieces.append(bytes) }
      held.count += bytes.readableBytes
      var free: [ByteBuffer] = []
      while held.count > limit, var first = held.pieces.first {
        let surplus = min(held.count - limit, first.readableBytes)
        guard let part = first.readSlice(length: surplus) else { break }
        free.append(part)
        held.count -= surplus
        if first.readableBytes == 0 { held.pieces.removeFirst() } else { held.pieces[0] = first }
      }
      return free
    }
    for piece in free { try await sink.write(piece) }
  }

  /// Hands on what was kept back.
  package func release() async throws {
    let pieces = held.withLock { held in
      defer { held = Held() }
      return held.pieces
    }
    for piece in pieces { try await sink.write(piece) }
  }
}
