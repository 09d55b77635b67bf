import HTTPAccess
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Copies of what is no image")
struct ArtifactCopyTests {
  private static let image = ImageFixture(layers: [30_000], seed: 433)
  private static let chart = ImageFixture(
    config: ImageFixture.Blob(
      mediaType: "application/vnd.cncf.helm.config.v1+json", bytes: Array(#"{"name":"shop","version":"1.0.0"}"#.utf8)),
    layers: [
      ImageFixture.Blob(
        mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", bytes: ImageFixture.noise(5_000, seed: 433))
    ])

  private func keep(_ fixture: ImageFixture, as tag: String, in repository: String, _ registry: PushRegistry) {
    for blob in fixture.blobs { registry.keep(blob, in: repository) }
    registry.keep(manifest: fixture.manifest, as: tag, in: repository)
  }

  private func run(_ body: @Sendable (PullScene, ScriptedServer, PushRegistry) async throws -> Void) async throws {
    let registry = PushRegistry()
    keep(Self.chart, as: "1.0.0", in: "charts/shop", registry)
    keep(Self.image, as: "1", in: "team/app", registry)
    try await ScriptedServer.run { server in
      registry.serve(on: server)
      try await PullScene.run { scene in try await body(scene, server, registry) }
    }
  }

  private func push(_ name: String, _ scene: PullScene, _ target: PushRequest.Target) async throws -> PushResult {
    let request = PushRequest(path: scene.folder.appending(name).string, target: target)
    return try await ImagePush(request, scene.access).run { _ in }
  }

  @Test("T433: a Helm chart goes onto the disk and back under its digest, alone and beside an image")
  func thereAndBack() async throws {
    try await run { scene, server, registry in
      let chart = try scene.source(server, "charts/shop:1.0.0")
      let (result, _) = try await scene.export([chart], to: "chart.tar")
      #expect(result.images.map { "\($0.digest)" } == [Self.chart.manifest.digest])
      // No engine loads it: there is no `manifest.json`.
      #expect(try scene.archive("chart.tar").form == .oci)
      _ = try await scene.export([scene.source("chart.tar")], to: "layout/")
      let again = try await scene.export([chart], to: "layout/")
      #expect(again.result.images.map(\.wasThere) == [true])
      _ = try await scene.export([scene.source("layout/")], to: "back.tar")
      #expect(try scene.isEqual("back.tar", "chart.tar"))

      _ = try await scene.export([chart, try scene.source(server, "team/app:1")], to: "both.tar")
      let both = try scene.archive("both.tar")
      #expect(both.images.count == 1 && both.dockerEntries.count == 1 && both.artifacts.count == 1)
      let target = PushRequest.Target.below(try RegistryName(parsing: server.authority), path: "mirror")
      let pushed = try await push("both.tar", scene, target)
      #expect(Set(pushed.images.map { "\($0.digest)" }) == [Self.chart.manifest.digest, Self.image.manifest.digest])
      #expect(registry.manifest("1.0.0", "mirror/charts/shop") == Self.chart.manifest.bytes)
      #expect(registry.blobs("mirror/charts/shop") == Set(Self.chart.blobs.map(\.digest)))
    }
  }

  @Test("T433: one of several is chosen by its name; a chart in the place of the target stays")
  func chosen() async throws {
    try await run { scene, server, registry in
      _ = try await scene.export(
        [try scene.source(server, "charts/shop:1.0.0"), try scene.source(server, "team/app:1")], to: "both.tar")
      var request = PushRequest(
        path: scene.folder.appending("both.tar").string,
        target: .image(try ImageReference(parsing: "\(server.authority)/other/chart:2")))
      request.image = "\(server.authority)/charts/shop:1.0.0"
      _ = try await ImagePush(request, scene.access).run { _ in }
      #expect(registry.manifest("2", "other/chart") == Self.chart.manifest.bytes)
      // One name is that of the image: the other may be its signature.
      request.image = nil
      request.target = .image(try ImageReference(parsing: "\(server.authority)/other/app:2"))
      let alone = try await ImagePush(request, scene.access).run { _ in }
      #expect(alone.images.map { "\($0.digest)" } == [Self.image.manifest.digest])

      _ = try await scene.export([try scene.source(server, "charts/shop:1.0.0")], to: "chart.tar")
      let before = try scene.bytes("chart.tar")
      await #expect(throws: PushError.self) {
        _ = try await scene.export([try scene.source(server, "team/app:1")], to: "chart.tar")
      }
      #expect(try scene.bytes("chart.tar") == before)
    }
  }

  @Test("T434: a layout of another tool, where the chart has a tag alone, is pushed under the name that is given")
  func foreignLayout() async throws {
    try await PushScene.run { scene in
      for blob in Self.chart.blobs + [Self.chart.manifest] { try scene.layout.write(blob) }
      let manifest = Self.chart.manifest
      try scene.layout.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "oci-layout")
      try scene.layout.write(
        Array(
          """
          {"schemaVersion":2,"manifests":[{"mediaType":"\(manifest.mediaType)","digest":"\(manifest.digest)",\
          "size":\(manifest.size),"annotations":{"org.opencontainers.image.ref.name":"1.0.0"}}]}
          """.utf8), to: "index.json")
      let (result, _) = try await scene.push(scene.request("charts/shop:1.0.0"))
      #expect(result.images.map { "\($0.digest)" } == [manifest.digest])
      #expect(scene.registry.manifest("1.0.0", "charts/shop") == manifest.bytes)
    }
  }

  @Test("T433: layers of a chart cannot be compressed anew: that is told, and nothing is written")
  func compressed() async throws {
    try await run { scene, server, _ in
      await #expect(throws: ResolveError.self) {
        _ = try await scene.export([try scene.source(server, "charts/shop:1.0.0")], to: "chart.tar") {
          $0.layers = .gzip
        }
      }
      #expect(scene.files.isEmpty)
    }
  }
}
