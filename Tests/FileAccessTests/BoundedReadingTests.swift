import FileAccess
import SystemPackage
import Testing

@Suite("A file's bytes, up to a limit")
struct BoundedReadingTests {
  @Test("what comes in pieces is read to its end; more than the limit is left where it is")
  func pipe() throws {
    let (read, write) = try FileDescriptor.pipe()
    defer { try? read.close() }
    let sent = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
    for start in [0, 10_000] { try write.writeAll(sent[start..<(start + 10_000)]) }
    #expect(try read.bytes(limit: 15_000) == Array(sent[..<15_000]))
    try write.writeAll(sent[20_000...])
    try write.close()
    #expect(try read.bytes(limit: 100_000) == Array(sent[15_000...]))
    #expect(try read.bytes(limit: 100_000) == [])
  }

  @Test("a device without an end gives the limit, and a limit of nothing nothing")
  func endless() throws {
    #expect(try FileDescriptor.bytes(of: "/dev/zero", limit: 200_000) == [UInt8](repeating: 0, count: 200_000))
    #expect(try FileDescriptor.bytes(of: "/dev/zero", limit: 0) == [])
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileDescriptor.bytes(of: "/proc/no-such-file", limit: 1) }
  }
}
