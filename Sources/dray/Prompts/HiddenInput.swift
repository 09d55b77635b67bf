import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Keeps what is typed off the screen for a while.
enum HiddenInput {
  private struct Saved: @unchecked Sendable {
    let descriptor: Int32
    let settings: termios
  }

  private static let saved = Mutex<Saved?>(nil)

  /// Turns the terminal's echo off. What was typed before is dropped: it was not meant as a password.
  ///
  /// - Returns: whether the descriptor is a terminal that could be told so.
  static func begin(on descriptor: Int32) -> Bool {
    saved.withLock { saved in
      var settings = termios()
      guard saved == nil, tcgetattr(descriptor, &settings) == 0 else { return false }
      saved = Saved(descriptor: descriptor, settings: settings)
      settings.c_lflag &= ~tcflag_t(ECHO)
      return tcsetattr(descriptor, TCSAFLUSH, &settings) == 0
    }
  }

  /// Gives the terminal back as it was; also before the program ends in the middle of a question.
  static func restore() {
    saved.withLock { saved in
      guard var settings = saved?.settings, let descriptor = saved?.descriptor else { return }
      tcsetattr(descriptor, TCSANOW, &settings)
      saved = nil
    }
  }
}
