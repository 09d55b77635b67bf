import FileAccess
import Synchronization

/// Keeps what is typed off the screen for a while.
enum HiddenInput {
  private struct Settings: @unchecked Sendable {
    let values: termios
  }

  /// How terminals were set before, by descriptor.
  private static let saved = Mutex<[Int32: Settings]>([:])

  /// Turns the terminal's echo off. What was typed before is dropped: it was not meant as a password.
  ///
  /// - Returns: whether the descriptor is a terminal that could be told so.
  static func begin(on descriptor: Int32) -> Bool {
    saved.withLock { saved in
      var settings = termios()
      guard saved[descriptor] == nil, tcgetattr(descriptor, &settings) == 0 else { return false }
      saved[descriptor] = Settings(values: settings)
      settings.c_lflag &= ~tcflag_t(ECHO)
      return tcsetattr(descriptor, TCSAFLUSH, &settings) == 0
    }
  }

  /// Gives the terminal back as it was.
  static func end(on descriptor: Int32) {
    saved.withLock { saved in
      guard var settings = saved.removeValue(forKey: descriptor)?.values else { return }
      tcsetattr(descriptor, TCSANOW, &settings)
    }
  }

  /// Gives every terminal back, before the program ends in the middle of a question.
  static func endAll() {
    for descriptor in saved.withLock({ Array($0.keys) }) { end(on: descriptor) }
  }
}
