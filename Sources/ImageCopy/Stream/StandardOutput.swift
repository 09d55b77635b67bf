import SystemPackage

/// Standard output as a place for an archive.
enum StandardOutput {
  /// Writes all of `bytes`; slow readers make this wait, and with it the server.
  ///
  /// - Throws: ``OutputClosed`` where the reader has gone; `Errno`.
  static func write(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(bytes)
    } catch Errno.brokenPipe {
      throw OutputClosed()
    }
  }
}

/// Whoever read standard output has closed it.
public struct OutputClosed: Error {}
