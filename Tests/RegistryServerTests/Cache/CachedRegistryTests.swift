import HTTPTypes
import ImageModel
import ScriptedServer
import Synchronization
import SystemPackage
import TemporaryFolders
import Testing

@testable import RegistryServer

private let mebibyte = 1 << 20

/// Registries are asked once, and stood in for (T273, T274).
@Suite struct CachedRegistryTests {
  private let image = ImageFixture(layers: [2 * mebibyte + 33, 50_000], seed: 273)
  private var layer: ImageFixture.Blob { image.layers[0] }

  private func path(_ server: ScriptedServer, _ rest: String) -> String {
    "/v2/team/app/\(rest)?ns=\(server.authority)"
  }

  private func run(
    _ folder: FilePath, _ upstream: String, size: Int64 = 1 << 30,
    _ body: (GatewayScene) async throws -> Void
  ) async throws {
    let clock = Time(1_000_000)
    try await GatewayScene.run(
      [upstream], now: { clock.now }, change: { $0.cache = (folder.string, size) }, body)
  }

  private func inFolder(_ body: (TemporaryFolder) async throws -> Void) async throws {
    try await body(TemporaryFolder())
  }

  private final class Time: Sendable {
    private let seconds: Mutex<Int64>
    init(_ now: Int64) { seconds = Mutex(now) }
    var now: Int64 { seconds.withLock(\.self) }
    func advance(_ by: Int64) { seconds.withLock { $0 += by } }
  }

  @Test("T445: preconditions hold for what another registry gave")
  func preconditions() async throws {
    try await inFolder { kept in
      try await ScriptedServer.run { server in
        server.serve(image)
        try await run(kept.path, server.authority) { (gateway) async throws in
          for (target, digest) in [("manifests/1", image.manifest.digest), ("blobs/\(layer.digest)", layer.digest)] {
            let target = path(server, target)
            #expect(try await gateway.get(target, [.ifNoneMatch: "W/\"\(digest)\""]).status == 304)
            #expect(try await gateway.get(target, [.ifMatch: "\"other\""]).status == 412)
            #expect(try await gateway.get(target, [.ifMatch: "\"\(digest)\""]).status == 200)
          }
        }
      }
    }
  }

  @Test(
    "T466, T504: what the cache has is given, as an archive and with its tags, once its registry fails, not once that refuses"
  )
  func archiveFromCache() async throws {
    let other = ImageFixture(layers: [30_000], seed: 466)
    let reply = Mutex<Reply?>(nil)
    try await inFolder { kept in
      try await ScriptedServer.run { server in
        server.on("GET,HEAD", "/v2/*", where: { _ in reply.withLock { $0 != nil } }) { _ in
          reply.withLock { $0 ?? Reply(404) }
        }
        server.serve(image)
        server.serve(other, tag: "2")
        let target = "/archive/\(server.authority)/team/app:1.tar?platform=linux/amd64"
        var expected: [UInt8] = []
        try await GatewayScene.run([server.authority]) { gateway in expected = try await gateway.get(target).bytes }
        try await run(kept.path, server.authority) { gateway in
          for rest in ["manifests/1", "manifests/2"] + image.blobs.map({ "blobs/\($0.digest)" }) {
            let answer = try await gateway.get(path(server, rest))
            #expect(answer.status == 200)
          }
        }
        reply.withLock { $0 = Reply(503, headers: [("Retry-After", "3600")]) }
        try await run(kept.path, server.authority) { gateway in
          let answer = try await gateway.get(target)
          #expect(answer.status == 200 && answer.bytes == expected && !answer.isCut, "\(answer.text.prefix(300))")
          #expect(try await gateway.range(target, "100000-").bytes == Array(expected[100_000...]))
          let question = "/api/image?name=\(server.authority)/team/app:1&platform=linux/amd64"
          #expect(try await gateway.get(question).status == 200)
          // T504: those tags that were pulled.
          let tags = try await gateway.get("/api/tags?name=\(server.authority)/team/app")
          #expect(tags.status == 200 && tags.text.contains(#""tags":["2","1"]"#), "\(tags.text)")
          #expect(try await gateway.get("/api/tags?name=\(server.authority)/team/ap").status == 502)
          // Of this one there is the manifest alone.
          #expect(try await gateway.get("/archive/\(server.authority)/team/app:2.tar").status == 502)
          #expect(try await gateway.get("/archive/\(server.authority)/team/app:3.tar").status == 502)
        }
        reply.withLock { $0 = Reply(404) }
        try await run(kept.path, server.authority) { gateway in
          let refusal = try await gateway.get(target)
          #expect(refusal.status == 404)
        }
      }
    }
  }

  @Test func `T273 What many ask for at the same time is fetched once, and is there without the registry`() async throws
  {
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { server in
        server.serve(image)
        try await run(folder, server.authority) { gateway in
          let manifest = try await gateway.get(path(server, "manifests/1"))
          #expect(manifest.status == 200 && manifest.bytes == image.manifest.bytes)
          #expect(manifest.fields[.contentType] == ImageFixture.manifestType)
          #expect(HTTPField.Name("Docker-Content-Digest").map { manifest.fields[$0] } == image.manifest.digest)
          try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
              group.addTask { try await gateway.get(path(server, "blobs/\(layer.digest)")).bytes }
            }
            for try await bytes in group { #expect(bytes == layer.bytes) }
          }
        }
        let fetched = server.requests("/v2/team/app/blobs/\(layer.digest)").filter { $0.method == "GET" }
        #expect(fetched.reduce(0) { $0 + $1.bodyBytesSent } == layer.size)
        // The name of an image has no room for the port of a second registry.
        try await run(folder, server.authority) { gateway in
          let inPath = try await gateway.get("/v2/\(server.configuration.host)/team/app/manifests/1")
          #expect(inPath.bytes == image.manifest.bytes)
        }
        let before = server.requests.count
        // Another run of the server has it still, and asks for nothing but the tag.
        try await run(folder, server.authority) { gateway in
          let stored = try await gateway.get(path(server, "blobs/\(layer.digest)"))
          #expect(stored.bytes == layer.bytes)
          let digest = image.manifest.digest
          #expect(try await gateway.get(path(server, "manifests/\(digest)")).bytes == image.manifest.bytes)
          #expect(try await gateway.get(path(server, "manifests/1"), method: .head).length == image.manifest.size)
        }
        #expect(server.requests.dropFirst(before).allSatisfy { $0.method == "HEAD" })
      }
    }
  }

  @Test(
    "T459: a registry is asked once for the tag or the size of a blob that eight want at the same time",
    arguments: ["/v2 tag", "/v2 tag again", "/v2 blob", "/archive", "/api"])
  func oneQuestion(what: String) async throws {
    let time = Time(1_000_000)
    let target = what == "/v2 blob" ? "blobs/\(layer.digest)" : "manifests/1"
    try await inFolder { kept in
      try await ScriptedServer.run { server in
        server.on("HEAD", "/v2/team/app/\(target)") { [image, layer] request in
          // So that the others come meanwhile.
          try await Task.sleep(for: .milliseconds(200))
          return target.hasPrefix("blobs") ? .blob(layer.body, for: request) : .manifest(image.manifest)
        }
        server.serve(image)
        try await GatewayScene.run(
          [server.authority], now: { time.now }, change: { $0.cache = (kept.path.string, 1 << 30) }
        ) { gateway in
          let name = "\(server.authority)/team/app:1"
          let place =
            switch what {
            case "/archive": "/archive/\(name).tar"
            case "/api": "/api/image?name=\(name)"
            default: path(server, target)
            }
          if what.hasSuffix("again") {
            #expect(try await gateway.head(place).status == 200)
            time.advance(61)
          }
          let before = server.requests.count
          try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await gateway.head(place).status } }
            for try await status in group { #expect(status == 200) }
          }
          let questions = server.requests.dropFirst(before).filter { $0.method == "HEAD" }
          #expect(questions.count == 1, "\(questions.map(\.target))")
        }
      }
    }
  }

  @Test("T460: who waits for a tag that others want too may leave; all that stay are told what the registry says")
  func sharedRefusal() async throws {
    try await inFolder { kept in
      try await ScriptedServer.run { server in
        let gate = Mutex(false)
        server.on("GET,HEAD", "/v2/team/app/manifests/1") { _ in
          while !gate.withLock(\.self) { try await Task.sleep(for: .milliseconds(5)) }
          return Reply(404)
        }
        try await run(kept.path, server.authority) { gateway in
          let place = path(server, "manifests/1")
          let leaving = Task { try await gateway.head(place) }
          await server.requestsArrived(1)
          try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await gateway.head(place).status } }
            try await Task.sleep(for: .milliseconds(50))
            leaving.cancel()
            _ = try? await leaving.value
            gate.withLock { $0 = true }
            for try await status in group { #expect(status == 404) }
          }
          #expect(server.requests.count { $0.method == "HEAD" } == 1)
        }
      }
    }
  }

  @Test func `T273 A range is that part, of what is there and of what is not`() async throws {
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { server in
        server.serve(image)
        try await run(folder, server.authority) { gateway in
          let blob = path(server, "blobs/\(layer.digest)")
          let middle = mebibyte + 5
          for _ in 0..<2 {
            let head = try await gateway.get(blob, method: .head)
            #expect(head.length == layer.size)
            #expect(
              try await gateway.range(blob, "\(middle)-\(middle + 999)").bytes
                == Array(layer.bytes[middle..<middle + 1000]))
            #expect(try await gateway.range(blob, "-10").bytes == Array(layer.bytes.suffix(10)))
            #expect(try await gateway.range(blob, "\(layer.size)-").status == 416)
            #expect(try await gateway.get(blob).bytes == layer.bytes)
          }
        }
      }
    }
  }

  @Test func `T339 Tags and referrers are listed again after a minute, and given where the registry fails`()
    async throws
  {
    let time = Time(1_000_000)
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { server in
        let subject = image.manifest.digest
        let referrer = #"{"mediaType":"\#(ImageFixture.manifestType)","digest":"\#(layer.digest)","size":7}"#
        server.on("/v2/team/app/tags/list", times: 1, reply: .json(#"{"name":"team/app","tags":["2","1"]}"#))
        server.on(
          "/v2/team/app/referrers/\(subject)", times: 1,
          reply: .json(#"{"schemaVersion":2,"manifests":[\#(referrer)]}"#))
        try await GatewayScene.run(
          [server.authority], now: { time.now }, change: { $0.cache = (folder.string, 1 << 30) }
        ) { gateway in
          for isStale in [false, false, true] {
            if isStale {
              server.on("/v2/*", reply: Reply(429, headers: [("Retry-After", "3000")]))
              time.advance(61)
            }
            let tags = try await gateway.get(path(server, "tags/list"))
            #expect(tags.text == #"{"name":"team/app","tags":["1","2"]}"#)
            let referrers = try await gateway.get(path(server, "referrers/\(subject)"))
            #expect(
              referrers.text.contains(layer.digest)
                && referrers.fields[.contentType]?.hasSuffix("index.v1+json") == true)
            for answer in [tags, referrers] {
              #expect((HTTPField.Name("Warning").flatMap { answer.fields[$0] } != nil) == isStale)
            }
          }
        }
      }
    }
  }

  @Test func `T339 Who asks for too many blobs at once is told to come later; one that others wait for is not counted`()
    async throws
  {
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { server in
        let gate = Gate()
        server.serve(image.config)
        server.on("/v2/team/app/blobs/\(layer.digest)") { .blob(layer.body, for: $0).hold(after: 1_000, at: gate) }
        server.serve(image)
        let change: (inout UpstreamSettings) -> Void = {
          $0.cache = (folder.string, 1 << 30)
          $0.limits.downloadsPerClient = 1
        }
        try await GatewayScene.run([server.authority], change: change) { gateway in
          _ = try await gateway.get(path(server, "manifests/1"))
          try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await gateway.get(path(server, "blobs/\(layer.digest)")).bytes }
            await gate.arrivals()
            group.addTask { try await gateway.get(path(server, "blobs/\(layer.digest)")).bytes }
            let other = try await gateway.get(path(server, "blobs/\(image.layers[1].digest)"))
            #expect(other.status == 429 && other.fields[.retryAfter] == "10")
            gate.open()
            for try await bytes in group { #expect(bytes == layer.bytes) }
          }
          #expect(try await gateway.get(path(server, "blobs/\(image.layers[1].digest)")).status == 200)
        }
      }
    }
  }

  @Test func `T273 A tag is looked up again after a minute, and what it stood for is given where the registry fails`()
    async throws
  {
    let time = Time(1_000_000)
    let other = ImageFixture(layers: [1_000], seed: 2)
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { server in
        server.serve(image)
        try await GatewayScene.run(
          [server.authority], now: { time.now }, change: { $0.cache = (folder.string, 1 << 30) }
        ) { gateway in
          let tag = path(server, "manifests/1")
          #expect(try await gateway.get(tag).bytes == image.manifest.bytes)
          let asked = server.requests.count
          #expect(try await gateway.get(tag).bytes == image.manifest.bytes)
          #expect(server.requests.count == asked)
          // It has moved.
          server.addFirst(Rule("GET,HEAD", "/v2/team/app/manifests/1", .manifest(other.manifest)))
          server.serve(other, tag: "2")
          time.advance(61)
          #expect(try await gateway.get(tag).bytes == other.manifest.bytes)
          // It limits requests.
          server.addFirst(Rule("GET,HEAD", "/v2/team/app/manifests/1", Reply(429, headers: [("Retry-After", "3000")])))
          time.advance(61)
          let stale = try await gateway.get(tag)
          #expect(stale.status == 200 && stale.bytes == other.manifest.bytes)
          #expect(HTTPField.Name("Warning").flatMap { stale.fields[$0] }?.contains("Stale") == true)
          #expect(gateway.cacheFaults > 0)
          // It says that the tag is gone.
          server.addFirst(Rule("GET,HEAD", "/v2/team/app/manifests/1", Reply(404)))
          time.advance(61)
          #expect(try await gateway.get(tag).status == 404)
        }
      }
    }
  }

  @Test func `T274 Wrong bytes are never kept, and their end never goes out`() async throws {
    var wrong = layer.bytes
    wrong[100] ^= 1
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { [wrong] server in
        server.serveManifest(image.manifest)
        server.on("GET,HEAD", "/v2/team/app/blobs/\(layer.digest)") { .blob(ReplyBody(wrong), for: $0) }
        try await run(folder, server.authority) { gateway in
          _ = try await gateway.get(path(server, "manifests/1"))
          let answer = try await gateway.get(path(server, "blobs/\(layer.digest)"))
          #expect(answer.isCut && answer.bytes.count <= wrong.count - 65_536)
        }
        try await run(folder, server.authority) { gateway in
          let again = try await gateway.get(path(server, "blobs/\(layer.digest)"))
          #expect(again.isCut)
        }
      }
    }
  }

  /// - Parameter change: what becomes of the layer in the folder of the cache, between two runs and in one.
  private func altered(_ change: @escaping (TemporaryFolder, String) throws -> Void) async throws {
    let name = layer.digest.replacing(":", with: "-")
    try await inFolder { kept in
      try await ScriptedServer.run { server in
        server.serve(image)
        let target = path(server, "blobs/\(layer.digest)")
        for _ in 0..<2 {
          try await run(kept.path, server.authority) { gateway in
            let head = try await gateway.get(target, method: .head)
            #expect(head.length == layer.size)
            for _ in 0..<2 {
              let answer = try await gateway.get(target)
              #expect(answer.bytes == layer.bytes && !answer.isCut)
              try change(kept, name)
            }
          }
        }
      }
    }
  }

  @Test("T476: a kept layer that has another size by now is never served: the registry's is")
  func alteredSize() async throws {
    let bytes = layer.bytes
    try await altered { try $0.write(Array(bytes.prefix(1_000_000)), to: $1) }
    try await altered { try $0.write(bytes + [1, 2, 3], to: $1) }
  }

  @Test("T477: a kept layer that somebody wrote to is read through first, and fetched anew where it is wrong")
  func alteredContent() async throws {
    var wrong = layer.bytes
    wrong[1_000] ^= 1
    try await altered { [wrong] in try $0.write(wrong, to: $1) }
    let bytes = layer.bytes
    let name = layer.digest.replacing(":", with: "-")
    try await inFolder { kept in
      try await ScriptedServer.run { server in
        server.serve(image)
        let target = path(server, "blobs/\(layer.digest)")
        try await run(kept.path, server.authority) { gateway in _ = try await gateway.get(target) }
        let before = server.requests.count
        // The same bytes, copied from another machine.
        try kept.write(bytes, to: name)
        try await run(kept.path, server.authority) { (gateway) async throws in
          for _ in 0..<2 { #expect(try await gateway.get(target).bytes == bytes) }
        }
        #expect(server.requests.count == before)
      }
    }
  }

  @Test func `T274 What was used least goes where there is no room, and what is left unfinished goes too`() async throws
  {
    let images = (0..<4).map { ImageFixture(layers: [mebibyte], seed: 500 + UInt64($0)) }
    try await inFolder { kept in
      let folder = kept.path
      try kept.write([1, 2, 3], to: ".draft-9")
      try await ScriptedServer.run { server in
        for (number, image) in images.enumerated() { server.serve(image, tag: "\(number)") }
        try await run(folder, server.authority, size: Int64(2 * mebibyte + 20_000)) { gateway in
          for (number, image) in images.enumerated() {
            _ = try await gateway.get(path(server, "manifests/\(number)"))
            #expect(
              try await gateway.get(path(server, "blobs/\(image.layers[0].digest)")).bytes == image.layers[0].bytes)
            // The first is used again and again.
            let first = images[0].layers[0]
            #expect(try await gateway.get(path(server, "blobs/\(first.digest)")).bytes == first.bytes)
          }
        }
        let asked = { (image: ImageFixture) in
          server.requests("/v2/team/app/blobs/\(image.layers[0].digest)").reduce(0) { $0 + $1.bodyBytesSent }
        }
        #expect(images.map(asked) == images.map { $0.layers[0].size }, "\(server.requests)")
      }
      #expect(try !kept.names.contains(".draft-9"))
    }
  }

  @Test func `T274 A registry that was not named is not there`() async throws {
    try await inFolder { kept in
      let folder = kept.path
      try await ScriptedServer.run { server in
        try await run(folder, "harbor.example.com") { gateway in
          let answer = try await gateway.get(path(server, "manifests/1"))
          #expect(answer.status == 0)
          #expect(try await gateway.get("/v2/\(server.authority)/team/app/manifests/1").status == 0)
          #expect(try await gateway.get("/v2/x/Y/manifests/1?ns=harbor.example.com").status == 400)
        }
      }
    }
  }
}
