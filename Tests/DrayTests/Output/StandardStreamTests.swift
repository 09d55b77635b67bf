import CLibrary
import Dispatch
import Testing

@testable import DrayMessages
@testable import dray

struct StandardStreamTests {
  @Test("A large text arrives whole through a pipe that takes little at a time, even a non-blocking one")
  func writesAll() async throws {
    let pipe = try PipeEnds()
    try #require(fcntl(pipe.writing, F_SETFL, O_NONBLOCK) == 0)
    let text = String(repeating: "0123456789abcdef", count: 65_536)
    async let received = readAll(pipe.reading)
    try StandardStream(descriptor: pipe.writing).write(text)
    close(pipe.writing)
    #expect(await received == text.utf8.count)
    close(pipe.reading)
  }

  private func readAll(_ descriptor: Int32) async -> Int {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "reader").async {
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { total += count }
        continuation.resume(returning: total)
      }
    }
  }

  @Test("T081: a pipe that nobody reads is a closed stream, and no signal ends the program")
  func brokenPipe() throws {
    StandardDescriptors.secure()
    let pipe = try PipeEnds()
    close(pipe.reading)
    #expect(throws: StreamError.closed) { try StandardStream(descriptor: pipe.writing).write("x") }
    close(pipe.writing)
  }

  @Test("T081: a descriptor that is not open, or only for reading, is a closed stream")
  func badDescriptor() throws {
    #expect(throws: StreamError.closed) { try StandardStream(descriptor: 987).write("x") }
    #expect(!StandardStream(descriptor: 987).isOpen)
    let null = open("/dev/null", O_RDONLY)
    #expect(throws: StreamError.closed) { try StandardStream(descriptor: null).write("x") }
    #expect(!StandardStream(descriptor: null).isOpen)
    close(null)
  }

  @Test("A full disk behind the stream is named")
  func fullDisk() throws {
    let full = open("/dev/full", O_WRONLY)
    let stream = StandardStream(descriptor: full)
    #expect(stream.isOpen)
    #expect(throws: StreamError.failed(ENOSPC)) { try stream.write("x") }
    #expect(throws: Never.self) { try stream.write("") }
    close(full)
  }

  @Test("A terminal that is stopped is not ready")
  func stoppedTerminal() throws {
    let terminal = try Pseudoterminal()
    let stream = StandardStream(descriptor: terminal.slave)
    #expect(stream.isTerminal)
    #expect(stream.isReady)
    try #require(tcflow(terminal.slave, TCOOFF) == 0)
    #expect(!stream.isReady)
    try #require(tcflow(terminal.slave, TCOON) == 0)
    #expect(stream.isReady)
  }
}
