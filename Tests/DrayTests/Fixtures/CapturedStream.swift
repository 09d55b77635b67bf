import Glibc
import Testing

@testable import dray

/// A stream into a file that has no name, so that what a command writes can be looked at.
final class CapturedStream: Sendable {
  let stream: StandardStream

  init() throws {
    var template = Array("/tmp/dray-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    unlink(template)
    stream = StandardStream(descriptor: descriptor)
  }

  deinit { close(stream.descriptor) }

  var text: String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(stream.descriptor, &buffer, buffer.count, off_t(bytes.count))
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
