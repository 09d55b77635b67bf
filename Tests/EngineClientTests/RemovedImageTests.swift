import CLibrary
import Dispatch
import FoundationEssentials
import Testing

@testable import EngineClient

@Suite("An engine's API")
struct RemovedImageTests {
  @Test("An image that is removed between the engine's list and its facts is passed over")
  func removed() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/dray-\(UUID().uuidString.prefix(8)).sock"
    defer { unlink(path) }
    let listener = try listen(at: path)
    defer { close(listener) }
    DispatchQueue(label: "engine").async { serve(listener) }
    let inventory = try await APIEngine(kind: .docker, socket: path).inventory()
    #expect(
      inventory.images == Array("{\"Id\":\"a\"}\n\n".utf8) || inventory.images == Array("\n{\"Id\":\"a\"}\n".utf8))
    #expect(inventory.platform?.description == "linux/amd64")
    #expect(inventory.store == .chains)
  }

  private func listen(at path: String) throws -> Int32 {
    let listener = socket(AF_UNIX, streamSocket, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(listener >= 0 && bound == 0 && CLibrary.listen(listener, 8) == 0)
    return listener
  }
}

/// Answers one request on each connection, until nobody listens any more.
private func serve(_ listener: Int32) {
  while true {
    let connection = accept(listener, nil, nil)
    guard connection >= 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(connection, &bytes, bytes.count)
    let line = String(decoding: bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    let path = line.split(separator: " ").dropFirst().first ?? ""
    let (status, body) =
      switch path {
      case "/info": ("200 OK", #"{"OSType":"linux","Architecture":"x86_64"}"#)
      case "/images/json?manifests=1": ("200 OK", #"[{"Id":"a"},{"Id":"b"}]"#)
      case "/images/a/json": ("200 OK", #"{"Id":"a"}"#)
      default: ("404 Not Found", #"{"message":"no such image"}"#)
      }
    let answer = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    _ = Array(answer.utf8).withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
    close(connection)
  }
}
