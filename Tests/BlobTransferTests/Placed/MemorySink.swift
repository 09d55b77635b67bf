import BlobTransfer
import ImageModel
import Synchronization

/// The place of a blob in memory. It counts what is done to it.
final class MemorySink: BlobSink {
  private struct State {
    var bytes: [UInt8]
    var noted: RangeSet
    var writtenTwice: Int64 = 0
    var written = RangeSet()
    var finishes = 0
    var wasRightAtFinish = false
  }

  let blob: Descriptor
  let held: RangeSet
  private let state: Mutex<State>

  /// - Parameter bytes: what is there from before, in `held`.
  init(_ blob: Descriptor, holding held: RangeSet = RangeSet(), of bytes: [UInt8]? = nil) {
    self.blob = blob
    self.held = held
    var place = [UInt8](repeating: 0, count: Int(blob.size))
    for range in held.ranges {
      place.replaceSubrange(
        Int(range.lowerBound)..<Int(range.upperBound),
        with: (bytes ?? place)[Int(range.lowerBound)..<Int(range.upperBound)])
    }
    state = Mutex(State(bytes: place, noted: held))
  }

  var bytes: [UInt8] { state.withLock { $0.bytes } }
  func holds(_ blob: MemoryBlob) -> Bool { state.withLock { $0.bytes == blob.bytes } }

  var noted: RangeSet { state.withLock { $0.noted } }
  var written: RangeSet { state.withLock { $0.written } }
  var bytesWrittenTwice: Int64 { state.withLock { $0.writtenTwice } }
  var finishes: Int { state.withLock { $0.finishes } }
  var wasRightAtFinish: Bool { state.withLock { $0.wasRightAtFinish } }

  func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws {
    let range = position..<position + Int64(bytes.count)
    state.withLock { state in
      state.writtenTwice += Int64(bytes.count) - state.written.missing(in: range).reduce(0) { $0 + Int64($1.count) }
      state.written.insert(range)
      state.bytes.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[Int(range.lowerBound)..<Int(range.upperBound)]).copyMemory(
          from: bytes)
      }
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws -> Int {
    state.withLock { state in
      state.bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(position)..<Int(position) + buffer.count]))
      }
      return buffer.count
    }
  }

  func note(_ range: Range<Int64>) throws { state.withLock { $0.noted.insert(range) } }

  func finish() async throws {
    state.withLock { state in
      state.finishes += 1
      state.wasRightAtFinish = Digest.hash(state.bytes) == blob.digest
    }
  }
}
