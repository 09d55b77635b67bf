import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

@Suite("--dry-run, by the program itself")
struct DryRunTests {
  private let image = ImageFixture(layers: [3 << 20, 2 << 20, 900, 0], seed: 71)

  private struct Preview: Decodable {
    struct Blob: Decodable {
      let digest: String
      let kind: String
      let size: Int64
      let origin: String
      let bytesToFetch: Int64
      let path: String?
    }

    let event: String
    let path: String?
    let archiveSize: Int64
    let bytesToFetch: Int64
    let blobs: [Blob]
  }

  private func preview(_ dray: Dray, _ arguments: [String]) async throws -> Preview {
    let ended = try await dray.run(["pull", "--plain-http", "--dry-run", "--json"] + arguments)
    #expect(ended.code == 0, "\(ended.errors)")
    let line = try #require(ended.output.split(separator: "\n").last ?? ended.errors.split(separator: "\n").last)
    return try JSONDecoder().decode(Preview.self, from: Data(line.utf8))
  }

  @Test("the promised size is the archive's, no blob is asked for, and nothing is written")
  func promise() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      let reference = "\(server.authority)/team/app:1"
      try await Dray.scene { dray in
        let preview = try await preview(dray, [reference])
        #expect(dray.files.isEmpty)
        #expect(server.requests.allSatisfy { $0.path.contains("/manifests/") || $0.path == "/v2/" })
        #expect(preview.event == "preview")
        #expect(preview.path == "app_1.tar")
        #expect(preview.bytesToFetch == image.config.size + image.layers.reduce(0) { $0 + $1.size })
        #expect(preview.blobs.map(\.digest) == ([image.config] + image.layers).map(\.digest))
        #expect(preview.blobs.map(\.origin) == ["registry", "registry", "registry", "registry", "inline"])

        server.serveBlobs(image)
        #expect(try await dray.run(["pull", "--plain-http", reference]).code == 0)
        #expect(try dray.size("app_1.tar") == preview.archiveSize)
        let stream = try await self.preview(dray, ["-o", "-", reference])
        #expect(stream.path == nil)
        #expect(stream.archiveSize == preview.archiveSize)
      }
    }
  }

  @Test("what is copied and what is resumed is told, and where it comes from")
  func sources() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let reference = "\(server.authority)/team/app:1"
      try await Dray.scene { dray in
        #expect(try await dray.run(["pull", "--plain-http", reference, "-o", "old.tar"]).code == 0)
        var preview = try await preview(dray, [reference])
        #expect(preview.bytesToFetch == 0)
        #expect(preview.blobs.prefix(4).allSatisfy { $0.origin == "reused" && $0.path == "old.tar" })
        preview = try await self.preview(dray, ["--no-reuse", reference])
        #expect(preview.blobs.prefix(4).allSatisfy { $0.origin == "registry" && $0.path == nil })

        // A pull that ends in the middle of the first layer.
        server.removeRules()
        server.serveManifest(image.manifest)
        for blob in image.blobs where blob.digest != image.layers[0].digest { server.serve(blob) }
        server.on("/v2/team/app/blobs/\(image.layers[0].digest)") { request in
          .blob(image.layers[0].body, for: request).finish(after: request.range == nil ? 2 << 20 : 0)
        }
        let broken = try await dray.run([
          "pull", "--plain-http", "--no-reuse", "--connections", "1", "--json", reference,
        ])
        #expect(broken.code == 10)
        let files = dray.files
        preview = try await self.preview(dray, ["--no-reuse", reference])
        #expect(dray.files == files)
        let layer = try #require(preview.blobs.first { $0.digest == image.layers[0].digest })
        #expect(layer.origin == "resumed")
        #expect((1...2 << 20).contains(layer.bytesToFetch))
        preview = try await self.preview(dray, ["--no-reuse", "--restart", reference])
        #expect(preview.blobs.prefix(4).allSatisfy { $0.origin == "registry" })
      }
    }
  }
}

extension Dray {
  /// The size of a file in the folder, in bytes.
  func size(_ name: String) throws -> Int64 { try folder.appending(name).stat().size }
}
