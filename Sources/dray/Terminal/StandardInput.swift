import Dispatch
import DrayMessages
import FileAccess

/// Standard input, read without holding a thread of the tasks.
struct StandardInput: Sendable {
  let descriptor: Int32

  static let standard = StandardInput(descriptor: STDIN_FILENO)

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// A terminal gives no longer line, and no password is longer than this.
  static let limit = 64 << 10

  /// The next line without its end; nil at the end of the input.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled, even while nothing is typed.
  func line() async throws -> String? {
    try await cancellable { wake in
      var bytes: [UInt8] = []
      while bytes.count < Self.limit {
        guard let byte = try readBytes(1, unless: wake).first else {
          return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }
        if byte == UInt8(ascii: "\n") { break }
        bytes.append(byte)
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Everything up to the end of the input, or some bytes more than `limit`.
  func all(limit: Int = limit) async throws -> [UInt8] {
    try await cancellable { wake in
      var bytes: [UInt8] = []
      while bytes.count <= limit {
        let more = try readBytes(4096, unless: wake)
        if more.isEmpty { break }
        bytes += more
      }
      return bytes
    }
  }

  /// Hands everything over, piece by piece, on a thread of its own.
  func pieces(_ take: @escaping @Sendable ([UInt8]) throws -> Void) async throws {
    try await cancellable { wake in
      while true {
        let more = try readBytes(1 << 20, unless: wake)
        guard !more.isEmpty else { return }
        try take(more)
      }
    }
  }

  /// Reads on a thread of its own, and stops when the task is cancelled.
  private func cancellable<Value: Sendable>(
    _ read: @escaping @Sendable (_ wake: WakePipe) throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    let wake = try WakePipe()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "dray.input").async {
          continuation.resume(with: Result { try read(wake) })
        }
      }
    } onCancel: {
      wake.wake()
    }
  }

  private func readBytes(_ count: Int, unless wake: WakePipe) throws -> [UInt8] {
    while true {
      var states = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&states, 2, -1) >= 0 else { continue }
      if states[1].revents != 0 { throw CancellationError() }
      var bytes = [UInt8](repeating: 0, count: count)
      let received = read(descriptor, &bytes, count)
      if received >= 0 { return Array(bytes[..<received]) }
      guard errno == EINTR || errno == EAGAIN else { return [] }
    }
  }
}

/// A pipe whose one end becomes readable when somebody is to stop waiting.
private final class WakePipe: Sendable {
  let reading: Int32
  private let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw StreamError.failed(errno) }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(reading)
    close(writing)
  }

  func wake() {
    _ = write(writing, "!", 1)
  }
}
