import NIOCore
import NIOPosix
import Testing
import Waiting

@testable import HTTPAccess

@Suite("Streamed bodies")
struct StreamedBodyTests {
  @Test("T161: a server that takes no byte more is given up, however much there is to send")
  func stalled() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    var settings = TransportSettings()
    settings.stallTimeout = .milliseconds(200)
    let transport = AsyncHTTPTransport(settings)
    let port = try #require(listener.localAddress?.port)
    let body = StreamedBody(length: 1 << 32) { range, sink in
      var position = range.lowerBound
      while position < range.upperBound {
        try await sink.write(ByteBuffer(repeating: 7, count: 1 << 18))
        position += 1 << 18
      }
    }
    var request = TransportRequest(
      .PUT, try #require(AbsoluteURL(parsing: "http://127.0.0.1:\(port)/x")), body: .stream(body))
    request.awaitsCommit = true
    let error = await #expect(throws: TransportError.self) {
      try await transport.send(request, to: BodyCollector(limit: 10))
    }
    guard case .stalled = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    try await transport.shutdown()
    try await listener.close()
  }

  @Test("T161: a part of a body is written from its own first byte on")
  func parts() async throws {
    let sink = Collector()
    let body = StreamedBody(length: 10) { range, sink in
      try await sink.write(ByteBuffer(bytes: range.map { UInt8($0) }))
    }
    #expect(body.count == 10)
    let part = body.part(3..<7)
    #expect(part.count == 4)
    try await part.write(to: sink)
    try await body.part(7..<7).write(to: sink)
    #expect(await sink.bytes == [3, 4, 5, 6])
  }
}

private actor Collector: ByteSink {
  var bytes: [UInt8] = []

  func write(_ bytes: ByteBuffer) async throws { self.bytes += Array(buffer: bytes) }
}
