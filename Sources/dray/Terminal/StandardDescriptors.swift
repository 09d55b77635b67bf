import FileAccess

/// The three descriptors that every program begins with.
enum StandardDescriptors {
  /// Makes them safe to use, before anything is opened.
  ///
  /// Where one is closed, the next file that is opened would get its number, and a message would be written into an
  /// archive. A descriptor that can only be read takes its place: writing to it fails as on a closed one. A write to
  /// a pipe that nobody reads, or beyond the size that a file may have (`ulimit -f`), becomes an error instead of the
  /// signal that ends the program.
  static func secure() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      _ = open("/dev/null", O_RDONLY)
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
