import DrayMessages
import FileAccess

/// Standard output or standard error.
struct StandardStream: Sendable {
  let descriptor: Int32

  static let output = StandardStream(descriptor: STDOUT_FILENO)
  static let errors = StandardStream(descriptor: STDERR_FILENO)

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether there is somewhere to write to.
  var isOpen: Bool {
    let flags = fcntl(descriptor, F_GETFL)
    return flags >= 0 && flags & O_ACCMODE != O_RDONLY
  }

  /// Whether a write would not have to wait. A terminal that is stopped by Ctrl-S would hold a pull up.
  var isReady: Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) == 1 && state.revents & Int16(POLLOUT) != 0
  }

  func write(_ text: String) throws(StreamError) { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws(StreamError) {
    try bytes.withUnsafeBufferPointer { buffer throws(StreamError) in try write(UnsafeRawBufferPointer(buffer)) }
  }

  /// Writes all bytes, however many calls that takes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(StreamError) {
    var rest = bytes
    while let address = rest.baseAddress, !rest.isEmpty {
      let count = systemWrite(descriptor, address, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: waitUntilWritable()
      // EIO is what a terminal that was closed answers.
      case EPIPE, EBADF, ECONNRESET, EIO: throw .closed
      case let number: throw .failed(number)
      }
    }
  }

  /// Whoever shares the stream may have made it non-blocking.
  private func waitUntilWritable() {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = poll(&state, 1, -1)
  }
}

private func systemWrite(_ descriptor: Int32, _ address: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, address, count)
}
