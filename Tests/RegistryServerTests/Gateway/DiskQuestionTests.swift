import FoundationEssentials
import PullScenes
import ScriptedServer
import TemporaryFolders
import Testing

@testable import RegistryServer

/// What a server without registries answers of the images on its disk, to the page and to who types addresses.
@Suite struct DiskQuestionTests {
  private let image = ImageFixture(layers: [30_000, 3_000], seed: 461)

  private struct Found: Decodable {
    struct Archive: Decodable {
      let path: String
      let size: Int64
    }
    struct Layer: Decodable { let digest: String }
    let name: String
    let digest: String
    let archive: Archive?
    let layers: [Layer]?
  }

  private struct Tags: Decodable {
    let repository: String
    let tags: [String]
  }

  private struct Refusal: Decodable {
    struct Failure: Decodable { let available: [String] }
    let error: Failure
  }

  /// What the page is told of an image of this name leads to an archive that is whole.
  private func check(_ typed: String, as name: String, _ gateway: GatewayScene) async throws {
    let answer = try await gateway.get("/api/image?name=\(typed)&platform=linux/amd64")
    #expect(answer.status == 200, "\(answer.text)")
    let found = try answer.decoded(Found.self)
    #expect(found.name == name && found.digest == image.manifest.digest)
    #expect(found.layers?.map(\.digest) == image.layers.map(\.digest))
    let archive = try await gateway.get(try #require(found.archive?.path))
    #expect(archive.status == 200 && Int64(archive.bytes.count) == found.archive?.size && !archive.isCut)
    let tags = try await gateway.get("/api/tags?name=\(typed)")
    #expect(tags.status == 200, "\(tags.text)")
    #expect(try tags.decoded(Tags.self).tags == ["1"])
  }

  @Test("T461: the page finds an image on the disk where no registry may be asked, and leads to its archive")
  func withoutRegistries() async throws {
    let folder = try TemporaryFolder()
    try folder.write(image.archive("quay.io/team/app:1"), to: "a.tar")
    try await GatewayScene.run(folder, []) { gateway, _ in
      for typed in ["quay.io/team/app:1", "team/app:1", "docker+pull+quay.io/team/app:1"] {
        try await check(typed, as: "quay.io/team/app:1", gateway)
      }
      let unknown = try await gateway.get("/api/image?name=team/app:2")
      #expect(unknown.status == 403 && unknown.code == "upstream-not-allowed")
      #expect(try await gateway.get("/api/tags?name=team/other:1").status == 403)
    }
    // Another registry may be asked.
    try await GatewayScene.run(folder, ["registry.example"]) { gateway, _ in
      try await check("quay.io/team/app:1", as: "quay.io/team/app:1", gateway)
    }
  }

  @Test("T461: the page finds an image that was pushed")
  func pushed() async throws {
    let scene = try PushScene()
    for blob in image.blobs { try await scene.push(blob: blob.bytes) }
    #expect(try await scene.put(image.manifest.bytes, as: "1").status == .created)
    let change: (inout UpstreamSettings) -> Void = { $0.pushed = scene.handler }
    try await GatewayScene.run([], change: change) { try await check("team/app:1", as: "team/app:1", $0) }
  }

  @Test("T461: the page finds an image on the disk where its registry fails, and not where that refuses it")
  func failing() async throws {
    let folder = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.on("GET,HEAD", "/v2/*", reply: Reply(404))
      let name = "\(server.authority)/team/app:1"
      try folder.write(image.archive(name), to: "a.tar")
      try await GatewayScene.run(folder, [server.authority]) { gateway, _ in
        let refusal = try await gateway.get("/api/image?name=\(name)")
        #expect(refusal.status == 404)
      }
    }
    let gone = "127.0.0.1:1/team/app:1"
    try folder.write(image.archive(gone), to: "a.tar")
    try await GatewayScene.run(folder, ["127.0.0.1:1"]) { gateway, _ in try await check(gone, as: gone, gateway) }
  }

  @Test("T461: an index on the disk is shown with its platforms, and each can be had")
  func platforms() async throws {
    let folder = try TemporaryFolder()
    let signed = SignedImage(version: 1)
    try await ScriptedServer.run { server in
      signed.serve(server, tag: "2")
      let name = "\(server.authority)/team/app:2"
      try await GatewayScene.run([server.authority]) { gateway in
        try folder.write(try await gateway.get("/archive/\(name).tar?platform=all").bytes, to: "a.tar")
      }
      try await GatewayScene.run(folder, []) { gateway, _ in
        for platform in ["linux/amd64", "linux/arm64"] {
          let found = try await gateway.get("/api/image?name=\(name)&platform=\(platform)").decoded(Found.self)
          let archive = try await gateway.get(try #require(found.archive?.path))
          #expect(archive.status == 200 && Int64(archive.bytes.count) == found.archive?.size)
        }
        let missing = try await gateway.get("/api/image?name=\(name)&platform=linux/s390x")
        #expect(missing.status == 404 && missing.code == "no-such-platform")
      }
    }
  }

  @Test("T462: a mistake in the query is told as such, whichever registries may be asked")
  func mistakes() async throws {
    let folder = try TemporaryFolder()
    let name = "quay.io/team/app:1"
    try folder.write(image.archive(name), to: "a.tar")
    for upstreams in [[], ["registry.example"], ["quay.io"]] {
      try await GatewayScene.run(folder, upstreams) { gateway, _ in
        for ending in [
          ".tar?form=xx", ".tar?split=50M", ".tar.001", ".tar.001?split=20K", ".tar.001?split=0", ".tar.001?split=-5",
          ".tar?platform=a/b/c/d/e", ".tar?platfrom=linux/amd64",
        ] {
          let answer = try await gateway.get("/archive/\(name)\(ending)")
          #expect(answer.status == 400 && answer.code == "bad-query", "\(ending): \(answer.text)")
        }
        #expect(try await gateway.get("/archive/\(name).tar?as=A%20b").status == 400)
      }
    }
    try await GatewayScene.run(folder, []) { gateway, _ in
      let other = try await gateway.get("/archive/\(name)@sha256:\(String(repeating: "0", count: 64)).tar")
      #expect(other.status == 403)
      #expect(try await gateway.get("/archive/\(name)@sha256:00.tar").status == 400)
    }
  }

  @Test("T463: a path that images of two registries have is answered with the names of both")
  func several() async throws {
    let folder = try TemporaryFolder()
    for registry in ["quay.io", "ghcr.io"] {
      try folder.write(image.archive("\(registry)/same/app:1"), to: "\(registry).tar")
    }
    try await GatewayScene.run(folder, []) { gateway, _ in
      for target in ["/archive/same/app:1.tar", "/api/image?name=same/app:1"] {
        let answer = try await gateway.get(target)
        #expect(answer.status == 404 && answer.code == "several-meant")
        #expect(try answer.decoded(Refusal.self).error.available == ["ghcr.io/same/app:1", "quay.io/same/app:1"])
      }
      #expect(try await gateway.get("/archive/ghcr.io/same/app:1.tar").status == 200)
    }
  }

  @Test("T464: where the file of an image was pulled out, 503 with Retry-After is answered, and nothing is asked twice")
  func pulledOut() async throws {
    let folder = try TemporaryFolder()
    let name = "quay.io/team/app:1"
    try folder.write(image.archive(name), to: "a.tar")
    try await GatewayScene.run(folder, []) { gateway, _ in
      // Of this form there is a plan.
      let planned = "/archive/\(name).tar?form=oci"
      #expect(try await gateway.get(planned).status == 200)
      try FileManager.default.removeItem(atPath: folder.path.appending("a.tar").string)
      for target in [planned, "/archive/\(name).tar", "/api/image?name=\(name)"] {
        let answer = try await gateway.get(target)
        #expect(answer.status == 503 && answer.code == "file-gone", "\(answer.text)")
        #expect(answer.fields[.retryAfter] == "5")
      }
    }
  }
}
