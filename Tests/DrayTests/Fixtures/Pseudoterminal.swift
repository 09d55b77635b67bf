import CLibrary
import Dispatch
import Synchronization
import Testing
import WatchedPrograms

@testable import DrayMessages
@testable import dray

/// A terminal whose other side is the test. What has appeared on it is searched for secrets in the end, whether the test
/// looked or not.
final class Pseudoterminal: Sendable {
  let master: Int32
  let slave: Int32
  private let shown = Mutex<[UInt8]>([])
  private let sourceLocation: SourceLocation

  init(
    _ size: TerminalSize = TerminalSize(columns: 80, rows: 24), sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    self.sourceLocation = sourceLocation
    var ends: (master: Int32, slave: Int32) = (-1, -1)
    try #require(openpty(&ends.master, &ends.slave, nil, nil, nil) == 0)
    (master, slave) = ends
    resize(size)
  }

  deinit {
    _ = rest()
    SecretCheck().expectNone(in: shown.withLock(\.self), "what a terminal shows", sourceLocation: sourceLocation)
    close(slave)
    close(master)
  }

  func resize(_ size: TerminalSize) {
    var window = winsize(
      ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &window)
  }

  /// Whether what is typed appears on the screen.
  var echoes: Bool {
    var settings = termios()
    return tcgetattr(slave, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  func type(_ text: String) {
    _ = text.utf8CString.withUnsafeBytes { write(master, $0.baseAddress, $0.count - 1) }
  }

  /// Waits until `text` has appeared on the screen.
  ///
  /// - Returns: everything that appeared up to then; where the other side is closed before, what there was.
  func expect(_ text: String) async -> String {
    let seen: [UInt8] = await withCheckedContinuation { continuation in
      DispatchQueue(label: "terminal").async { [master] in
        var seen: [UInt8] = []
        while !String(decoding: seen, as: UTF8.self).contains(text) {
          var byte: UInt8 = 0
          guard read(master, &byte, 1) == 1 else { break }
          seen.append(byte)
        }
        continuation.resume(returning: seen)
      }
    }
    return noted(seen)
  }

  /// What has appeared and was not looked at yet.
  func rest() -> String {
    var seen: [UInt8] = []
    var state = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    while poll(&state, 1, 0) == 1, state.revents & Int16(POLLIN) != 0 {
      var byte: UInt8 = 0
      guard read(master, &byte, 1) == 1 else { break }
      seen.append(byte)
    }
    return noted(seen)
  }

  private func noted(_ bytes: [UInt8]) -> String {
    shown.withLock { $0 += bytes }
    return String(decoding: bytes, as: UTF8.self)
  }
}
