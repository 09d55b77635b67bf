import ArchiveTools
import FoundationEssentials
import ImageArchive
import ImageCopy
import ImageModel
import PullScenes
import ScriptedServer
import Testing

@Suite("What the registry gave stays when archives are written in another form")
struct ConversionTests {
  private let image = SignedImage(version: 1)

  /// `all.tar`: all platforms, with an attestation and what refers to them.
  private func scene(_ body: (PullScene, ScriptedServer) async throws -> Void) async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        _ = try await scene.pull([try RequestedImage("\(server.authority)/team/app:1", .all)], to: "all.tar")
        try await body(scene, server)
      }
    }
  }

  @Test("The index of several platforms, attestations and signatures: through every form and back")
  func everyForm() async throws {
    try await scene { scene, server in
      let path = { (name: String) in scene.folder.appending(name).string }
      _ = try await scene.pull([try RequestedImage("\(server.authority)/team/app:1", .all)], to: "oci.tar", form: .oci)
      let toOCI = try await scene.convert("all.tar", to: .archive(path("x.tar"), .oci))
      #expect(try scene.isEqual("x.tar", "oci.tar"))
      #expect(toOCI.leftOut.isEmpty)
      #expect(toOCI.images.map(\.digest.description) == [image.index.digest])
      #expect(toOCI.images.map(\.platforms) == [3])
      #expect(toOCI.images.map(\.referrers) == [3])
      _ = try await scene.convert("x.tar", to: .layout(path("images")))
      let layout = try scene.archive("images")
      #expect(layout.images.count == 3)
      #expect(layout.images.allSatisfy { $0.isWhole })
      #expect(layout.groups.map { $0[0].root?.descriptor.digest.description } == [image.index.digest])
      #expect(layout.referrers.count == 3)
      #expect(layout.artifacts.count == 1)
      _ = try await scene.convert("images", to: .archive(path("back.tar"), .ociAndDocker))
      #expect(try scene.isEqual("back.tar", "all.tar"))
    }
  }

  @Test("One name for all platforms of the only image")
  func newName() async throws {
    try await scene { scene, _ in
      let path = scene.folder.appending("x.tar").string
      let name = try ImageReference(parsing: "team/renamed:2")
      _ = try await scene.convert("all.tar", to: .archive(path, .ociAndDocker)) { $0.names = .one(name) }
      let archive = try scene.archive("x.tar")
      #expect(archive.groups.map { $0[0].names } == [[name]])
      #expect(archive.images.count == 3)
      #expect(archive.dockerEntries.map(\.repoTags) == [["docker.io/team/renamed:2"]])
    }
  }

  @Test(
    "T311: a template names every image of an archive; one name for two of them is refused before anything is written")
  func template() async throws {
    try await scene { scene, server in
      let other = ImageFixture(layers: [300], seed: 311)
      server.serve(other, repository: "other/app", tag: "1")
      _ = try await scene.pull(
        [
          try RequestedImage("\(server.authority)/team/app:1", .all),
          try RequestedImage("\(server.authority)/other/app:1", .one(nil), referrers: false),
        ], to: "two.tar")
      let path = scene.folder.appending("x.tar").string
      let template = ImageNaming(template: try NameTemplate(parsing: "h.example/{path}:{tag}"))
      _ = try await scene.convert("two.tar", to: .archive(path, .ociAndDocker)) { $0.names = .made(template) }
      let names = try scene.archive("x.tar").groups.map { $0[0].names.map(\.description) }
      #expect(names == [["h.example/team/app:1"], ["h.example/other/app:1"]])

      let same = scene.folder.appending("same.tar").string
      await #expect(throws: ImageNamingError.self) {
        _ = try await scene.convert("two.tar", to: .archive(same, .ociAndDocker)) {
          $0.names = .made(ImageNaming(flattens: true))
        }
      }
      #expect(throws: (any Error).self) { try scene.archive("same.tar") }
    }
  }

  @Test("Docker's own form has one platform and no signatures: what is left out is told")
  func dockerForm() async throws {
    try await scene { scene, _ in
      let path = scene.folder.appending("x.tar").string
      let result = try await scene.convert("all.tar", to: .archive(path, .docker))
      let archive = try scene.archive("x.tar")
      #expect(archive.dockerEntries.count == 1)
      let digests = [image.arm, image.riscv, image.statement, image.signature, image.sbom, image.cosign]
        .map(\.manifest.digest)
      #expect(Set(result.leftOut.map(\.digest.description)) == Set(digests))
      #expect(result.leftOut.allSatisfy { $0.reason == .form })
      #expect(result.leftOut.compactMap(\.platform?.architecture) == ["arm64", "riscv64"])
    }
  }

  @Test("A layout of two images knows what refers to each, and each once")
  func layoutReferrers() async throws {
    let other = SignedImage(version: 1, seed: 1_900)
    try await scene { scene, server in
      other.serve(server, repository: "team/other", tag: "1")
      let layout = scene.folder.appending("images").string
      for name in ["app", "other", "app"] {
        _ = try await scene.pull([try RequestedImage("\(server.authority)/team/\(name):1", .all)], to: "unused") {
          $0.output = .layout(layout)
        }
      }
      let referrers = try scene.archive("images").referrers
      #expect(
        Set(referrers.map(\.document.descriptor.digest.description))
          == Set([image, other].flatMap { [$0.signature, $0.sbom, $0.cosign] }.map(\.manifest.digest)))
      #expect(referrers.count == 6)
      #expect(referrers.compactMap(\.tag).count == 2)
      // Each image of the archive that is made of it has its own.
      let path = scene.folder.appending("x.tar").string
      let result = try await scene.convert("images", to: .archive(path, .ociAndDocker))
      #expect(result.images.map(\.referrers) == [3, 3])
    }
  }

  @Test("T407: An entry of manifest.json that says nothing new of an image is no further image")
  func repeatedEntry() async throws {
    try await PullScene.run { scene in
      // Two blocks of zeros are a tar archive without files.
      let layer = [UInt8](repeating: 0, count: 1_024)
      let diffID = Digest.hash(layer)
      let config = #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(diffID)"]}}"#
      let entries = [#"["team/app:1"]"#, "null", #"["team/app:2","team/app:3"]"#, #"["team/app:1"]"#].map {
        #"{"Config":"config.json","RepoTags":\#($0),"Layers":["layer.tar"]}"#
      }
      _ = try scene.makeLayout("saved", holding: [])
      try scene.write(layer, to: "saved/layer.tar")
      try scene.write(Array(config.utf8), to: "saved/config.json")
      try scene.write(Array("[\(entries.joined(separator: ","))]".utf8), to: "saved/manifest.json")

      let result = try await scene.convert(
        "saved", to: .archive(scene.folder.appending("x.tar").string, .ociAndDocker))
      #expect(
        try scene.archive("x.tar").dockerEntries.map(\.repoTags)
          == [["docker.io/team/app:1"], ["docker.io/team/app:2", "docker.io/team/app:3"]])
      #expect(result.images.map(\.formerDigest) == [nil, nil])
    }
  }

  @Test("A source that is not there leaves no layout behind, nor does one without images")
  func wrongSource() async throws {
    try await PullScene.run { scene in
      let layout = scene.folder.appending("images").string
      await #expect(throws: ArchiveError.self) { try await scene.convert("none.tar", to: .layout(layout)) }
      _ = try scene.makeLayout("empty", holding: [])
      try scene.write(Array(#"{"schemaVersion":2,"manifests":[]}"#.utf8), to: "empty/index.json")
      await #expect(throws: ConversionError.noImage(scene.folder.appending("empty"))) {
        try await scene.convert("empty", to: .layout(layout))
      }
      #expect(scene.files == ["empty"])
    }
  }
}
