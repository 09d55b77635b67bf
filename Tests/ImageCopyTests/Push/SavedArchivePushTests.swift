import FoundationEssentials
import HandmadeTar
import ImageModel
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Pushes of archives without manifests, and of several archives")
struct SavedArchivePushTests {
  /// What `docker save` wrote before Docker 25.
  private struct SavedImage {
    let config: [UInt8]
    let layers: [[UInt8]]
    let names: [String]

    init(_ layers: [[UInt8]], names: [String]) {
      self.layers = layers
      self.names = names
      let digests = layers.map { "\"\(Digest.hash($0))\"" }.joined(separator: ",")
      config = Array(
        #"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[\#(digests)]}}"#.utf8)
    }

    var archive: [UInt8] {
      var tar = TarWriter()
      let names = layers.indices.map { "layer\($0)/layer.tar" }
      for (name, layer) in zip(names, layers) { tar.member(name, content: layer) }
      tar.member("config.json", content: config)
      let tags = self.names.map { "\"\($0)\"" }.joined(separator: ",")
      let members = names.map { "\"\($0)\"" }.joined(separator: ",")
      tar.member(
        "manifest.json",
        content: Array(#"[{"Config":"config.json","RepoTags":[\#(tags)],"Layers":[\#(members)]}]"#.utf8))
      tar.end()
      return tar.bytes
    }

    /// The manifest that it is to get: Docker's schema 2.
    var manifest: String {
      let docker = "application/vnd.docker"
      let layers = layers.map {
        part(2, "\(docker).image.rootfs.diff.tar", $0)
      }
      return """
        {
        \t"schemaVersion": 2,
        \t"mediaType": "\(docker).distribution.manifest.v2+json",
        \t"config": \(part(1, "\(docker).container.image.v1+json", config)),
        \t"layers": [
        \t\t\(layers.joined(separator: ",\n\t\t"))
        \t]
        }
        """
    }

    private func part(_ depth: Int, _ type: String, _ bytes: [UInt8]) -> String {
      let indent = String(repeating: "\t", count: depth)
      return """
        {
        \(indent)\t"mediaType": "\(type)",
        \(indent)\t"digest": "\(Digest.hash(bytes))",
        \(indent)\t"size": \(bytes.count)
        \(indent)}
        """
    }
  }

  private static let app = SavedImage(
    [Array(repeating: 1, count: 3_000), Array(repeating: 2, count: 70)], names: ["team/app:1"])
  private static let other = SavedImage(
    [Array(repeating: 1, count: 3_000), [3, 4, 5]], names: ["quay.io/team/app:1", "quay.io/team/app:latest"])

  private func request(_ archives: [SavedImage], _ scene: PushScene, path: String = "mirror") throws -> PushRequest {
    var sources: [ImageOrigin] = []
    for (number, archive) in archives.enumerated() {
      try scene.layout.write(archive.archive, to: "\(number).tar")
      sources.append(.archive(path: "\(scene.layout.path)/\(number).tar"))
    }
    return PushRequest(sources, to: .below(try RegistryName(parsing: scene.server.authority), path: path))
  }

  @Test(
    "T229: an archive of docker save before Docker 25 gets Docker's manifest over its plain layers, always the same")
  func made() async throws {
    try await PushScene.run { scene in
      let request = try request([Self.app], scene)
      let (result, events) = try await scene.push(request)
      let digest = Digest.hash(Array(Self.app.manifest.utf8))
      #expect(result.images.map(\.digest) == [digest])
      #expect(scene.registry.manifest("1", "mirror/team/app") == Array(Self.app.manifest.utf8))
      #expect(
        scene.registry.blobs("mirror/team/app")
          == Set(([Self.app.config] + Self.app.layers).map { "\(Digest.hash($0))" }))
      let told = events.contains { event in
        if case .warning(.madeManifest(digest, let path)) = event { path.hasSuffix("/0.tar") } else { false }
      }
      #expect(told)
      let again = try await scene.push(request).result
      #expect(again.images.map(\.wasThere) == [true])
      #expect(again.blobsSent == 0)
    }
  }

  @Test("T229: a plain layer that is not what the config promises is told before anything is sent")
  func damaged() async throws {
    try await PushScene.run { scene in
      let request = try request([Self.app], scene)
      var bytes = Self.app.archive
      bytes[600] = 9
      try scene.layout.write(bytes, to: "0.tar")
      await #expect(throws: (any Error).self) { try await scene.push(request) }
      #expect(!scene.server.requests.contains { ["POST", "PUT"].contains($0.method) })
    }
  }

  @Test("T230: several archives, each image with all its names, are called by a template; what they share is sent once")
  func several() async throws {
    try await PushScene.run { scene in
      var request = try request([Self.app, Self.other], scene)
      request.naming.template = try NameTemplate(parsing: "{registry}/{name}:{tag}")
      let result = try await scene.push(request).result
      #expect(
        result.images.map { "\($0.formerName ?? "") \($0.reference.repository):\($0.reference.tag ?? "")" } == [
          "team/app:1 mirror/docker.io/app:1", "quay.io/team/app:1 mirror/quay.io/app:1",
          "quay.io/team/app:latest mirror/quay.io/app:latest",
        ])
      #expect(scene.registry.manifest("latest", "mirror/quay.io/app") == Array(Self.other.manifest.utf8))
      #expect(result.blobsSent == 5)
    }
  }

  @Test("T231: two images that would get one name are told, both of them, before the first byte")
  func collision() async throws {
    try await PushScene.run { scene in
      var request = try request([Self.app, Self.other], scene)
      request.naming.flattens = true
      let error = await #expect(throws: ImageNamingError.self) { try await scene.push(request) }
      let name = "\(scene.server.authority)/mirror/app:1"
      #expect(error == .sameName(name, images: ["team/app:1", "quay.io/team/app:1"]))
      #expect(!scene.server.requests.contains { $0.method != "GET" })
    }
  }
}
