import CLibrary
import Testing

/// A file without a name that something is written into, for a test to look at. What is in it when the test has done with
/// it is searched for secrets, whether the test looked or not.
package final class WatchedFile: Sendable {
  package let descriptor: Int32
  private let check: SecretCheck
  private let sourceLocation: SourceLocation

  package init(check: SecretCheck = SecretCheck(), sourceLocation: SourceLocation = #_sourceLocation) throws {
    var template = Array("/tmp/dray-test-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    try #require(descriptor >= 0, sourceLocation: sourceLocation)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    self.check = check
    self.sourceLocation = sourceLocation
  }

  deinit {
    check.expectNone(in: bytes, "what was written", sourceLocation: sourceLocation)
    close(descriptor)
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
