import CLibrary
import FoundationEssentials
import ScriptedServer
import Synchronization
import Testing

@Suite("A synchronization that is killed, and run again")
struct SyncKillTests {
  /// Three images, two of which share all their layers.
  private let images = [
    ("base", ImageFixture(layers: [400_000, 300_000], seed: 3171)),
    ("app", ImageFixture(layers: [400_000, 300_000], seed: 3171, architecture: "arm64")),
    ("other", ImageFixture(layers: [250_000], seed: 3172)),
  ]

  /// A request at which the program is killed, when the registry has it.
  struct Point: Sendable, CustomTestStringConvertible {
    let method: String
    let part: String
    /// Which one of its kind, from 1 on.
    let number: Int
    /// Whether the registry carries it out, and only its answer is lost.
    let isDone: Bool

    var testDescription: String { "\(isDone ? "after" : "before") \(method) \(part) \(number)" }
  }

  static let points = [
    Point(method: "HEAD", part: "/manifests/", number: 2, isDone: true),
    Point(method: "POST", part: "/blobs/uploads/", number: 1, isDone: true),
    Point(method: "PUT", part: "/blobs/uploads/", number: 2, isDone: false),
    Point(method: "PUT", part: "/blobs/uploads/", number: 3, isDone: true),
    Point(method: "PUT", part: "/manifests/", number: 1, isDone: false),
    Point(method: "PUT", part: "/manifests/", number: 1, isDone: true),
    Point(method: "PUT", part: "/manifests/", number: 3, isDone: false),
  ]

  @Test(
    "T317: what is there is not sent again, all is there in the end, and no tag was ever incomplete", arguments: points)
  func killed(_ point: Point) async throws {
    let process = Mutex<pid_t?>(nil)
    let seen = Mutex(0)
    let target = PushRegistry {
      $0.fault = { _, request in
        guard request.method == point.method, request.path.contains(point.part) else { return nil }
        let number = seen.withLock { seen in
          seen += 1
          return seen
        }
        guard number == point.number, let pid = process.withLock(\.self) else { return nil }
        kill(pid, SIGKILL)
        return point.isDone ? .lostAnswer : .hangUp
      }
    }
    try await ScriptedServer.run { source in
      try await ScriptedServer.run { server in
        let registry = PushRegistry()
        registry.serve(on: source)
        target.serve(on: server)
        for (name, image) in images {
          for blob in image.blobs { registry.keep(blob, in: name) }
          registry.keep(manifest: image.manifest, as: "1", in: name)
        }
        try await Dray.scene { dray in
          let list = images.map { "\(source.authority)/\($0.0):1\n" }.joined()
          try Data(list.utf8).write(to: URL(filePath: dray.folder.appending("list").string))
          let command = ["sync", "list", "\(server.authority)/mirror", "--plain-http", "--quiet"]
          let ended = try await dray.run(command, started: { pid in process.withLock { $0 = pid } })
          #expect(ended.code == 137, "\(ended.errors)")
          process.withLock { $0 = nil }
          #expect(target.incompleteNames.isEmpty)
          let there = Set(images.flatMap { name, _ in target.blobs("mirror/\(name)").map { "mirror/\(name) \($0)" } })
          let line = server.requests.count

          let again = try await dray.run(command)
          #expect(again.code == 0, "\(again.errors)")
          for (name, image) in images {
            #expect(target.manifest("1", "mirror/\(name)") == image.manifest.bytes, "\(name)")
            #expect(target.blobs("mirror/\(name)") == Set(image.blobs.map(\.digest)), "\(name)")
          }
          #expect(target.incompleteNames.isEmpty)
          let sent = server.requests[line...].filter { $0.method == "PUT" && $0.path.contains("/blobs/uploads/") }
          for request in sent {
            let repository = request.path.dropFirst("/v2/".count).split(separator: "/blobs/")[0]
            let digest = request.queryValues("digest").first ?? ""
            #expect(!there.contains("\(repository) \(digest)"), "sent again: \(request.path)")
          }
        }
      }
    }
  }
}
