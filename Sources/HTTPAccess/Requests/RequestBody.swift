import NIOCore
import Waiting

/// What a request carries (RFC 9110 §6.4).
package enum RequestBody: Sendable {
  case none
  /// In memory, small.
  case bytes([UInt8])
  /// Of any length, never all in memory.
  case stream(StreamedBody)
}

/// A body of a known length that is written while it is read, and that can be begun anew: at its first byte for another
/// try, or behind what a server has already.
package struct StreamedBody: Sendable {
  package typealias Writer = @Sendable (_ range: Range<Int64>, _ sink: any ByteSink) async throws -> Void

  /// The bytes that a request carries.
  package let range: Range<Int64>
  private let writer: Writer

  /// - Parameters:
  ///   - length: of all of it, in bytes.
  ///   - writer: writes the bytes of a range, in order and all of them. It may be called several times.
  package init(length: Int64, writer: @escaping Writer) {
    self.init(range: 0..<length, writer: writer)
  }

  private init(range: Range<Int64>, writer: @escaping Writer) {
    self.range = range
    self.writer = writer
  }

  /// Bytes.
  package var count: Int64 { range.upperBound - range.lowerBound }

  /// The same with a part of its bytes.
  package func part(_ range: Range<Int64>) -> StreamedBody { StreamedBody(range: range, writer: writer) }

  /// The same bytes, with a word before they are begun: at which one.
  package func beginning(_ begin: @escaping @Sendable (Int64) -> Void) -> StreamedBody {
    StreamedBody(range: range) { [writer] range, sink in
      begin(range.lowerBound)
      try await writer(range, sink)
    }
  }

  package func write(to sink: any ByteSink) async throws {
    guard !range.isEmpty else { return }
    try await writer(range, sink)
  }
}
