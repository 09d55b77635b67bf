import ImageModel
import ManualClocks
import ScriptedServer
import Testing

@testable import RegistryClient

@Suite("Pushed manifests")
struct PushManifestTests {
  private let image = ImageFixture(layers: [100], seed: 161)

  private func push(_ scene: UploadScene, tag: String = "1") async throws {
    _ = try await scene.client.pushManifest(
      "team/app", image.manifest.bytes, try image.manifest.parsed, as: .tag(tag))
  }

  @Test("T167: the bytes stay, and the registry's digest is the proof")
  func proven() async throws {
    try await UploadScene.run { scene in
      try await push(scene)
      #expect(scene.registry.manifest("1") == image.manifest.bytes)
      #expect(scene.asked == ["PUT /manifests/1"])
      #expect(scene.server.requests[0].values("Content-Type") == [ImageFixture.manifestType])
    }
  }

  @Test("T167: a registry that does not name the digest is asked for it")
  func unnamed() async throws {
    try await UploadScene.run(PushRegistry { $0.manifestDigest = "" }) { scene in
      try await push(scene)
      #expect(scene.asked == ["PUT /manifests/1", "HEAD /manifests/1"])
    }
  }

  @Test("T167: a registry that names a tag by another algorithm has proven the same bytes, and no others")
  func otherAlgorithm() async throws {
    let bytes = image.manifest.bytes
    let descriptor = Descriptor(
      mediaType: try image.manifest.parsed.mediaType, digest: .hash(bytes, algorithm: .sha512), size: Int64(bytes.count)
    )
    try await UploadScene.run { scene in
      _ = try await scene.client.pushManifest("team/app", bytes, descriptor, as: .tag("1"))
      #expect(scene.asked == ["PUT /manifests/1", "HEAD /manifests/1"])
    }
    try await UploadScene.run(PushRegistry { $0.forgetsManifests = true }) { scene in
      scene.registry.keep(manifest: image.config, as: "1")
      let error = await #expect(throws: RegistryError.self) {
        _ = try await scene.client.pushManifest("team/app", bytes, descriptor, as: .tag("1"))
      }
      #expect(error?.failureClass == .integrity)
    }
  }

  @Test("T167: another digest, or a yes that keeps nothing, is a failure")
  func lies() async throws {
    let other = Digest.hash([7])
    try await UploadScene.run(PushRegistry { $0.manifestDigest = "\(other)" }) { scene in
      let error = await #expect(throws: RegistryError.self) { try await push(scene) }
      let digest = try image.manifest.parsed.digest
      #expect(error?.reason == .upload(.digestDiffers(expected: digest, found: other)))
      #expect(error?.failureClass == .integrity)
    }
    try await UploadScene.run(PushRegistry { $0.forgetsManifests = true }) { scene in
      let error = await #expect(throws: RegistryError.self) { try await push(scene) }
      let digest = try image.manifest.parsed.digest
      #expect(error?.reason == .upload(.notStored(digest)))
    }
  }

  @Test("T167: an immutable tag is named, and 400 of a kind that is not taken is told so")
  func refused() async throws {
    try await UploadScene.run(PushRegistry { $0.immutableTags = ["v1"] }) { scene in
      scene.registry.keep(manifest: image.config, as: "v1")
      let error = await #expect(throws: RegistryError.self) { try await push(scene, tag: "v1") }
      #expect(error?.reason == .upload(.tagImmutable("v1")))
      scene.server.addFirst(
        Rule("PUT", "/v2/team/app/manifests/2", .registryError(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown")))
      let missing = await #expect(throws: RegistryError.self) { try await push(scene, tag: "2") }
      #expect(missing?.reason == .upload(.contentMissing))
      scene.server.addFirst(
        Rule("PUT", "/v2/team/app/manifests/3", .registryError(415, "UNSUPPORTED", "no such type")))
      let kind = await #expect(throws: RegistryError.self) { try await push(scene, tag: "3") }
      #expect(kind?.reason == .upload(.manifestRefused(status: 415)))
    }
  }

  @Test("T203: a form that a registry does not take is named by what the registry wants, in its own answer")
  func forms() async throws {
    try await UploadScene.run { scene in
      let host = scene.server.origin
      let docker = MediaType.dockerManifest.rawValue
      for (tag, status, code, words, type, expected) in [
        (
          "a", 403, "DENIED", "unknown manifest class for application/vnd.oci.empty.v1+json", ImageFixture.manifestType,
          UploadFailure.attestationsRefused(host: host)
        ),
        (
          "b", 400, "MANIFEST_INVALID", "Invalid image, fail to parse 'manifest.json'", ImageFixture.indexType,
          .wantsDockerFormat(host: host)
        ),
        ("c", 415, "UNSUPPORTED", "no such type", docker, .wantsOCIFormat(host: host)),
      ] {
        scene.server.addFirst(Rule("PUT", "/v2/team/app/manifests/\(tag)", .registryError(status, code, words)))
        let manifest = ImageFixture.Blob(mediaType: type, bytes: image.manifest.bytes)
        let error = await #expect(throws: RegistryError.self) {
          try await scene.client.pushManifest(
            "team/app", manifest.bytes, try manifest.parsed, as: .tag(tag))
        }
        #expect(error?.reason == .upload(expected))
      }
    }
  }

  @Test("T413: a manifest that is too large for the registry, or for what is before it, is named with its size")
  func tooLarge() async throws {
    let text = String(decoding: image.manifest.bytes, as: UTF8.self)
    let filler = String(repeating: "x", count: 5 << 20)
    let manifest = ImageFixture.Blob(
      mediaType: ImageFixture.manifestType,
      bytes: Array((text.dropLast() + #","annotations":{"a":"\#(filler)"}}"#).utf8))
    let digest = try manifest.parsed.digest
    for status in [413, 400] {
      // A proxy's page; distribution's and Harbor's error, whose detail alone has the reason.
      let registry = PushRegistry { $0.bodyLimit = status == 413 ? 4 << 20 : nil }
      try await UploadScene.run(registry) { scene in
        if status == 400 {
          scene.server.addFirst(
            Rule("PUT", "/v2/team/app/manifests/1", .registryError(400, "MANIFEST_INVALID", "manifest invalid")))
        }
        let error = await #expect(throws: RegistryError.self) {
          _ = try await scene.client.pushManifest("team/app", manifest.bytes, try manifest.parsed, as: .tag("1"))
        }
        #expect(
          error?.reason
            == .upload(
              .manifestTooLarge(digest, bytes: manifest.size, host: scene.server.origin, status: status)))
        #expect(error?.failureClass == .unsupported)
        #expect(scene.asked == ["PUT /manifests/1"])
      }
    }
  }

  @Test("T384: a registry that does not name a digest with HEAD either is asked for the manifest itself")
  func unnamedByHead() async throws {
    let registry = PushRegistry {
      $0.manifestDigest = ""
      $0.headTellsDigest = false
    }
    try await UploadScene.run(registry) { scene in
      try await push(scene)
      #expect(scene.asked == ["PUT /manifests/1", "HEAD /manifests/1", "GET /manifests/1"])
      let digest = try image.manifest.parsed.digest
      #expect(try await scene.client.storedDigest("team/app", .tag("1")) == digest)
      #expect(try await scene.client.storedDigest("team/app", .tag("2")) == nil)
    }
  }

  @Test("T385: an artifact that is refused without a reason is named by its type (Quay)", arguments: [400, 415])
  func artifact(_ status: Int) async throws {
    try await UploadScene.run { scene in
      scene.server.addFirst(
        Rule("PUT", "/v2/team/app/manifests/*", .registryError(status, "MANIFEST_INVALID", "manifest invalid")))
      let empty = ImageFixture.Blob(mediaType: MediaType.ociEmpty.rawValue, bytes: Array("{}".utf8))
      let signed = ImageFixture.Blob(mediaType: "application/vnd.cncf.helm.config.v1+json", bytes: [])
      for (config, type, expected) in [
        (empty, "application/spdx+json", "application/spdx+json"), (signed, nil, signed.mediaType),
      ] as [(ImageFixture.Blob, String?, String)] {
        let text = String(decoding: ImageFixture(config: config, layers: []).manifest.bytes, as: UTF8.self)
        let manifest = ImageFixture.Blob(
          mediaType: ImageFixture.manifestType,
          bytes: Array((text.dropLast() + (type.map { #","artifactType":"\#($0)"}"# } ?? "}")).utf8))
        let error = await #expect(throws: RegistryError.self) {
          _ = try await scene.client.pushManifest("team/app", manifest.bytes, try manifest.parsed, as: .tag("1"))
        }
        let refused = UploadFailure.artifactRefused(
          MediaType(rawValue: expected), host: scene.server.origin, status: status)
        #expect(error?.reason == .upload(refused))
      }
    }
  }

  @Test("T386: what a registry says in so many words counts before what the manifest may be refused for")
  func wordsFirst() async throws {
    let layer = ImageFixture.Blob(mediaType: MediaType.ociLayerZstd.rawValue, bytes: image.layers[0].bytes)
    let manifest = ImageFixture(config: image.config, layers: [layer]).manifest
    for (code, words, expected) in [
      ("MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", .contentMissing),
      (
        "ImageTagAlreadyExistsException", "The image tag '1' already exists and cannot be overwritten",
        .tagImmutable("1")
      ),
    ] as [(String, String, UploadFailure)] {
      try await UploadScene.run { scene in
        scene.server.addFirst(Rule("PUT", "/v2/team/app/manifests/1", .registryError(400, code, words)))
        let error = await #expect(throws: RegistryError.self) {
          _ = try await scene.client.pushManifest("team/app", manifest.bytes, try manifest.parsed, as: .tag("1"))
        }
        #expect(error?.reason == .upload(expected))
      }
    }
  }

  @Test("T387: 429 to a manifest is waited for as the registry asks, and the manifest goes once more")
  func patience() async throws {
    let clock = ManualClock()
    try await UploadScene.run(clock: clock) { scene in
      scene.server.addFirst(
        Rule("PUT", "/v2/team/app/manifests/1", Reply(429, headers: [("Retry-After", "20")])).once)
      async let pushed: Void = push(scene)
      await clock.waitForSleepers(1)
      #expect(scene.asked == ["PUT /manifests/1"])
      clock.advance(by: .seconds(21))
      try await pushed
      #expect(scene.registry.manifest("1") == image.manifest.bytes)
      #expect(scene.asked.count { $0.hasPrefix("PUT") } == 2)
    }
  }

  @Test("T166: a manifest whose answer was lost is looked for before it is sent again")
  func lostAnswer() async throws {
    try await UploadScene.run { scene in
      scene.registry.keep(manifest: image.manifest, as: "1")
      scene.server.addFirst(Rule("PUT", "/v2/team/app/manifests/1", .hangUp()).once)
      try await push(scene)
      #expect(scene.asked == ["PUT /manifests/1", "HEAD /manifests/1"])
    }
  }

  @Test("T166: what it is asked for by HEAD, and a HEAD that fails is no 'absent'")
  func presence() async throws {
    try await UploadScene.run { scene in
      let digest = try image.layers[0].parsed.digest
      scene.server.addFirst(Rule("HEAD", "/v2/team/app/blobs/\(digest)", Reply(503)))
      guard case .unknown = try await scene.client.presence(of: digest, in: "team/app", for: .push) else {
        Issue.record("a server that fails says neither yes nor no")
        return
      }
    }
  }
}
