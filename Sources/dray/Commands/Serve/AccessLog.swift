import Dispatch
import FoundationEssentials
import RegistryServer
import Synchronization

/// Writes one line of JSON for each request, on a thread of its own: a reader that is slow, or stopped, holds no answer up.
final class AccessLog: Sendable {
  /// The most lines that wait to be written. Further ones are left out.
  private static let limit = 10_000

  private let output: StandardStream
  private let queue = DispatchQueue(label: "dray.access-log")
  private let waiting = Mutex(0)

  init(_ output: StandardStream) {
    self.output = output
  }

  func note(_ record: AccessRecord) {
    let isTaken = waiting.withLock { waiting in
      guard waiting < Self.limit else { return false }
      waiting += 1
      return true
    }
    guard isTaken else { return }
    let line = JSONLine.text(AccessLine(record, at: Date()))
    queue.async { [self] in
      try? output.write(line)
      waiting.withLock { $0 -= 1 }
    }
  }

  /// Waits until what was noted is written.
  func close() async {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume() }
    }
  }
}

/// A request, as the log has it.
private struct AccessLine: Encodable {
  let time: String
  let client: String?
  let method: String
  let path: String
  let status: Int
  let bytes: Int64
  let milliseconds: Int64
  /// Left out where the body was complete.
  let cut: Bool?

  init(_ record: AccessRecord, at date: Date) {
    time = date.formatted(.iso8601)
    client = record.client
    method = record.method
    path = record.path
    status = record.status
    bytes = record.bytes
    milliseconds =
      record.duration.components.seconds * 1_000 + record.duration.components.attoseconds / 1_000_000_000_000_000
    cut = record.isCut ? true : nil
  }
}
