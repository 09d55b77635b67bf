import FoundationEssentials
import ScriptedServer
import Synchronization

/// Somebody who reads a repository all the while, as those do who deploy from it: each tag, its manifest, and whether each blob
/// is there that it names.
final class PollingReader: Sendable {
  /// What its requests say of themselves, so that no fault meets them.
  static let agent = "reader"

  struct Seen: Sendable {
    var rounds = 0
    /// How often a tag stood for something, and all of it was there.
    var complete = 0
    /// What a tag led to that was not there, or was something else.
    var gaps: [String] = []
  }

  private let port: Int
  private let repository: String
  private let state = Mutex(Seen())

  init(port: Int, repository: String = "team/app") {
    (self.port, self.repository) = (port, repository)
  }

  var seen: Seen { state.withLock(\.self) }

  /// Reads until `body` has ended, and once more after that.
  ///
  /// - Throws: what `body` throws.
  func reading<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while (try? await Task.sleep(for: .milliseconds(3))) != nil {
          // A round that is broken off has seen nothing.
          try? await self.round()
        }
      }
      let result = try await body()
      group.cancelAll()
      try await group.waitForAll()
      try await round()
      return result
    }
  }

  private func round() async throws {
    let line = try Line(port: port)
    let list = try await line.ask("GET", "/v2/\(repository)/tags/list")
    let tags = list.text.matches(of: /"([a-z0-9.]+)"[,\]]/).map { String($0.output.1) }
    for tag in tags {
      let manifest = try await line.ask("GET", "/v2/\(repository)/manifests/\(tag)")
      guard manifest.status == 200 else { continue }
      var gaps: [String] = []
      if manifest.header("Docker-Content-Digest") != ImageFixture.digest(manifest.body) {
        gaps.append("\(tag): other bytes than its digest says")
      }
      for match in manifest.text.matches(of: /sha256:[0-9a-f]{64}/) {
        let digest = String(match.output)
        let blob = try await line.ask("HEAD", "/v2/\(repository)/blobs/\(digest)")
        if blob.status != 200 { gaps.append("\(tag): \(digest) \(blob.status)") }
      }
      state.withLock { seen in
        seen.gaps += gaps
        if gaps.isEmpty { seen.complete += 1 }
      }
    }
    state.withLock { $0.rounds += 1 }
  }
}

/// One connection, over which one request follows the other.
private struct Line: ~Copyable {
  struct Ended: Error {}

  struct Answer {
    let status: Int
    let head: String
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n") {
        let parts = line.split(separator: ": ", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == name.lowercased() { return String(parts[1]) }
      }
      return nil
    }
  }

  private let socket: LoopbackSocket

  init(port: Int) throws { socket = try LoopbackSocket(port: port) }

  func ask(_ method: String, _ path: String) async throws -> Answer {
    try socket.transmit(
      Array(
        ("\(method) \(path) HTTP/1.1\r\nHost: reader\r\nUser-Agent: \(PollingReader.agent)\r\n"
          + "Authorization: Bearer a.token\r\n\r\n").utf8))
    var bytes: [UInt8] = []
    while true {
      if let answer = Self.answer(bytes, method) { return answer }
      switch socket.receive(atMost: 1 << 16, milliseconds: 0) {
      case .bytes(let more): bytes += more
      case .nothing: try await Task.sleep(for: .microseconds(200))
      case .closed, .reset: throw Ended()
      }
    }
  }

  /// - Returns: nil where more is to come.
  private static func answer(_ bytes: [UInt8], _ method: String) -> Answer? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let answer = Answer(status: status, head: head, body: Array(bytes[end.upperBound...]))
    let length = method == "HEAD" ? 0 : answer.header("Content-Length").flatMap { Int($0) } ?? 0
    return answer.body.count < length ? nil : answer
  }
}
