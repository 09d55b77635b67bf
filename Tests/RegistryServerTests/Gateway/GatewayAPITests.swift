import ImageModel
import PullScenes
import ScriptedServer
import Testing

@testable import RegistryServer

/// What the page asks (T272).
@Suite struct GatewayAPITests {
  private struct Image: Decodable {
    struct Entry: Decodable {
      let platform: String?
      let digest: String
      let size: Int64?
    }
    struct Archive: Decodable {
      let path: String
      let size: Int64
      let fileName: String
    }
    struct Layer: Decodable {
      let digest: String
      let size: Int64
    }
    let typed: String
    let name: String
    let reference: String
    let tag: String?
    let digest: String
    let platforms: [Entry]
    let platform: String?
    let archive: Archive?
    let layers: [Layer]?
  }

  private func decoded<Value: Decodable>(_ kind: Value.Type, _ answer: GatewayScene.Answer) throws -> Value {
    #expect(answer.status == 200)
    return try answer.decoded(kind)
  }

  @Test func `T272 What was typed is understood, and its platforms, sizes and archive are told`() async throws {
    let signed = SignedImage(version: 1)
    try await ScriptedServer.run { server in
      signed.serve(server, tag: "2")
      try await GatewayScene.run([server.authority]) { gateway in
        let name = "\(server.authority)/team/app:2"
        for typed in ["docker+pull+--platform+linux/arm64+\(name)", "%20\(name)%20", "image:+\(name)", "FROM+\(name)"] {
          let found = try decoded(Image.self, await gateway.get("/api/image?name=\(typed)&platform=linux/arm64"))
          #expect(found.name == name && found.tag == "2" && found.digest == signed.index.digest)
          #expect(found.platforms.compactMap(\.platform) == ["linux/amd64", "linux/arm64", "linux/riscv64"])
          #expect(found.platforms.map(\.digest) == [signed.amd, signed.arm, signed.riscv].map(\.manifest.digest))
          #expect(found.platforms.allSatisfy { ($0.size ?? 0) > 40_000 })
          #expect(found.platform == "linux/arm64")
          #expect(found.layers?.map(\.digest) == signed.arm.layers.map(\.digest))
          let archive = try #require(found.archive)
          let answer = try await gateway.get(archive.path)
          #expect(answer.status == 200 && Int64(answer.bytes.count) == archive.size)
          #expect(archive.fileName.hasSuffix(".tar"))
        }
        let missing = try await gateway.get("/api/image?name=\(name)&platform=linux/s390x")
        #expect(missing.status == 404 && missing.code == "no-such-platform" && missing.text.contains("linux/riscv64"))
        #expect(try await gateway.get("/api/image?name=").code == "bad-query")
        #expect(try await gateway.get("/api/image?name=\(server.authority)/A%22%3E%3Cscript").code == "bad-name")
      }
    }
  }

  @Test("T442: a pasted command is asked for its platform, unless the query says another")
  func pastedPlatform() async throws {
    let signed = SignedImage(version: 1)
    try await ScriptedServer.run { server in
      signed.serve(server, tag: "2")
      try await GatewayScene.run([server.authority]) { gateway in
        let name = "\(server.authority)/team/app:2"
        let typed = "docker+pull+--platform+linux/arm64+\(name)"
        let found = try decoded(Image.self, await gateway.get("/api/image?name=\(typed)"))
        #expect(found.platform == "linux/arm64" && found.layers?.map(\.digest) == signed.arm.layers.map(\.digest))
        let other = try decoded(Image.self, await gateway.get("/api/image?name=\(typed)&platform=linux/amd64"))
        #expect(other.platform == "linux/amd64")
        let archive = try await gateway.head("/archive.tar?image=\(typed)")
        #expect(archive.fields[.contentLocation]?.contains("platform=linux/arm64") == true)
        #expect(archive.length == found.archive?.size)
        let chosen = try await gateway.head("/archive.tar?image=\(typed)&platform=linux/riscv64")
        #expect(chosen.fields[.contentLocation]?.contains("platform=linux/riscv64") == true)
        let others = "docker+pull+--platform=linux/amd64+\(name)"
        #expect(try await gateway.get("/archive.tar?image=\(typed)&image=\(others)").code == "bad-query")
        #expect(try await gateway.get("/api/image?name=docker+pull+--platform+a/b/c/d+\(name)").code == "bad-query")
      }
    }
  }

  @Test func `T272 Tags are listed with the newest version first`() async throws {
    struct Tags: Decodable {
      let tags: [String]
      let isCut: Bool
    }
    try await ScriptedServer.run { server in
      let names = ["1.9", "1.10", "1.10-rc1", "latest", "edge", "sha256-\(String(repeating: "0", count: 64)).sig"]
      let list = names.map { "\"\($0)\"" }.joined(separator: ",")
      server.on(
        "/v2/team/app/tags/list",
        reply: Reply(headers: [("Content-Type", "application/json")], text: #"{"name":"team/app","tags":[\#(list)]}"#))
      try await GatewayScene.run([server.authority]) { gateway in
        let found = try decoded(Tags.self, await gateway.get("/api/tags?name=\(server.authority)/team/app"))
        #expect(found.tags == ["latest", "1.10", "1.10-rc1", "1.9", "edge"])
        #expect(!found.isCut)
      }
    }
  }

  @Test func `T272 A download is watched by its name, from its beginning to its end and over a break`() async throws {
    struct Download: Decodable {
      struct Layer: Decodable {
        let digest: String
        let size: Int64
        let sent: Int64
      }
      let images: [String]
      let state: String
      let size: Int64
      let sent: Int64
      let layers: [Layer]
    }
    let image = ImageFixture(layers: [900_000, 700_000], seed: 272)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar?id=d-1"
        #expect(try await gateway.get("/api/downloads/d-1").status == 404)
        let cut = try await gateway.get(url, limit: 500_000)
        #expect(cut.isCut)
        let first = try decoded(Download.self, await gateway.get("/api/downloads/d-1"))
        #expect(first.state == "cut" && first.images == ["\(server.authority)/team/app:1"])
        #expect(first.sent > 0 && first.sent < 600_000 && first.size == cut.length)
        #expect(first.layers.map(\.digest) == image.blobs.map(\.digest))
        let rest = try await gateway.range(url, "\(cut.bytes.count)-")
        #expect(!rest.isCut)
        let second = try decoded(Download.self, await gateway.get("/api/downloads/d-1"))
        #expect(second.state == "complete" && second.sent == second.size)
        #expect(second.layers.allSatisfy { $0.sent == $0.size })
        #expect(try await gateway.get("/api/downloads/%3Cscript%3E").status == 404)
      }
    }
  }

  @Test func `T272 The page learns which registries there are`() async throws {
    struct State: Decodable {
      let upstreams: [String]
      let isOpen: Bool
      let cache: Bool
    }
    try await GatewayScene.run(["docker.io", "harbor.example.com:8443"]) { gateway in
      let state = try decoded(State.self, await gateway.get("/api/gateway"))
      #expect(state.upstreams == ["docker.io", "harbor.example.com:8443"] && !state.isOpen && !state.cache)
    }
  }
}
