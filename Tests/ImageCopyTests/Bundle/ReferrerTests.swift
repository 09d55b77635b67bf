import ImageArchive
import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Signatures and the like that come along")
struct ReferrerTests {
  private let image = ImageFixture(layers: [20_000], seed: 701)

  private func serve(_ server: ScriptedServer, _ artifact: ImageFixture) {
    server.serveManifest(artifact.manifest, tag: artifact.manifest.digest)
    for blob in artifact.blobs { server.serve(blob) }
  }

  private func page(_ entries: [ImageFixture]) -> Reply {
    let index = ImageFixture.Blob.index(entries.map { $0.manifest.entry(#","artifactType":"application/spdx+json""#) })
    return Reply(headers: [("Content-Type", ImageFixture.indexType)], body: index.body)
  }

  private func lackCosign(_ server: ScriptedServer, _ digest: String) {
    let stem = digest.replacing(":", with: "-")
    for suffix in [".sig", ".att", ".sbom"] {
      server.on("/v2/team/app/manifests/\(stem)\(suffix)", reply: Reply(404))
    }
  }

  private func pull(_ scene: PullScene, _ server: ScriptedServer) async throws -> StoredArchive {
    let outcome = try await scene.pull("\(server.authority)/team/app:1", change: { $0.image.bringsReferrers = true })
    #expect(outcome.error == nil, "\(String(describing: outcome.error))")
    return try StoredArchive(opening: scene.folder.appending("app_1.tar"))
  }

  @Test("by the registry's list, over its pages, and what refers to them in turn")
  func list() async throws {
    let signature = ImageFixture.artifact(
      "signed", type: "application/vnd.cncf.notary.signature", about: image.manifest)
    let sbom = ImageFixture.artifact("packages", about: image.manifest)
    let ofSBOM = ImageFixture.artifact(
      "signed too", type: "application/vnd.cncf.notary.signature", about: sbom.manifest)
    try await ScriptedServer.run { server in
      server.serve(image)
      for artifact in [signature, sbom, ofSBOM] { serve(server, artifact) }
      let path = "/v2/team/app/referrers/\(image.manifest.digest)"
      let pages = [
        page([signature]).with { $0.headers.append(("Link", "<\(path)?page=2>; rel=\"next\"")) }, page([sbom]),
      ]
      server.on(path) { $0.query.isEmpty ? pages[0] : pages[1] }
      server.on("/v2/team/app/referrers/\(sbom.manifest.digest)", reply: page([ofSBOM]))
      server.on("/v2/team/app/referrers/\(signature.manifest.digest)", reply: page([]))
      for artifact in [image, signature, sbom] { lackCosign(server, artifact.manifest.digest) }
      server.on("/v2/team/app/tags/list", reply: Reply(404))
      try await PullScene.run { scene in
        let archive = try await pull(scene, server)
        #expect(
          archive.referrers.map(\.document.descriptor.digest.description)
            == [signature, sbom, ofSBOM].map(\.manifest.digest))
        #expect(
          archive.referrers.map(\.subject.description)
            == [image.manifest.digest, image.manifest.digest, sbom.manifest.digest])
        #expect(archive.referrers[1].document.bytes == sbom.manifest.bytes)
        #expect(archive.referrers[1].document.descriptor.artifactType?.rawValue == "application/spdx+json")
        for blob in [signature, sbom, ofSBOM].flatMap(\.blobs) {
          let digest = try Digest(parsing: blob.digest)
          #expect(archive.blob(digest, size: blob.size) != nil)
        }
        // Loaders see the image alone.
        #expect(archive.images.count == 1)
        #expect(archive.artifacts.isEmpty)
      }
    }
  }

  @Test("without a list: by the tag that stands for it, and by cosign's")
  func tags() async throws {
    let sbom = ImageFixture.artifact("packages", about: image.manifest)
    let signature = ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(#"{"rootfs":{"diff_ids":[]}}"#.utf8)),
      layers: [.init(mediaType: "application/vnd.dev.cosign.simplesigning.v1+json", bytes: Array("{}".utf8))])
    let stem = image.manifest.digest.replacing(":", with: "-")
    try await ScriptedServer.run { server in
      server.serve(image)
      serve(server, sbom)
      serve(server, signature)
      server.on("/v2/team/app/referrers/\(image.manifest.digest)", reply: Reply(404))
      server.on("/v2/team/app/manifests/\(stem)", reply: .manifest(.index([sbom.manifest.entry()])))
      server.on("/v2/team/app/manifests/\(stem).sig", reply: .manifest(signature.manifest))
      for suffix in [".att", ".sbom"] { server.on("/v2/team/app/manifests/\(stem)\(suffix)", reply: Reply(404)) }
      for artifact in [sbom, signature] {
        let digest = artifact.manifest.digest
        server.on("/v2/team/app/referrers/\(digest)", reply: Reply(404))
        server.on("/v2/team/app/manifests/\(digest.replacing(":", with: "-"))", reply: Reply(404))
      }
      // Of what has no tag of cosign's nobody asks for one.
      server.on("/v2/team/app/tags/list", reply: .json(#"{"name":"team/app","tags":["1","\#(stem).sig"]}"#))
      try await PullScene.run { scene in
        let archive = try await pull(scene, server)
        #expect(archive.referrers.map(\.tag) == [nil, "\(stem).sig"])
        #expect(archive.referrers.map(\.subject.description) == [image.manifest.digest, image.manifest.digest])
        #expect(
          archive.referrers.map(\.document.descriptor.digest.description) == [sbom, signature].map(\.manifest.digest))
      }
    }
  }

  @Test("T094: a list that leads to another host, or is refused, ends the pull")
  func refusedList() async throws {
    for (reply, failure) in [
      (page([]).with { $0.headers.append(("Link", "<http://127.0.0.1:1/v2/x>; rel=\"next\"")) }, FailureClass.refused),
      (Reply(500), .network), (Reply(headers: [("Content-Type", "application/json")], text: "[]"), .network),
    ] {
      try await ScriptedServer.run { server in
        server.serve(image)
        server.on("/v2/team/app/referrers/\(image.manifest.digest)", reply: reply)
        try await PullScene.run { scene in
          let outcome = try await scene.pull(
            "\(server.authority)/team/app:1", change: { $0.image.bringsReferrers = true })
          #expect(outcome.failureClass == failure)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }

  @Test("an image that nothing refers to has the same archive as without")
  func nothing() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      server.on("/v2/team/app/referrers/\(image.manifest.digest)", reply: page([]))
      lackCosign(server, image.manifest.digest)
      try await PullScene.run { scene in
        _ = try await pull(scene, server)
        #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: "\(server.authority)/team/app:1"))
      }
    }
  }

  @Test("tags of signatures are told from those of images")
  func tagNames() throws {
    let digest = Digest.hash([])
    #expect(ReferrerTag.schema(digest) == "sha256-\(digest.hexadecimal)")
    for tag in ReferrerTag.cosign(digest) + [ReferrerTag.schema(digest)] { #expect(ReferrerTag.isReferrer(tag)) }
    for tag in ["1.0", "sha256-abc", "sha256-abc.sig", "latest.sig", "sha1-\(digest.hexadecimal)"] {
      #expect(!ReferrerTag.isReferrer(tag))
    }
  }
}
