import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("What a registry calls an image")
struct ManifestTests {
  private let image = ImageFixture(layers: [50_000, 40_000], seed: 44)
  private let path = "/v2/team/app/manifests/1"

  /// Pulls from a server that answers only the manifest; its rules may add more.
  private func pull(
    _ rules: (ScriptedServer) -> Void, reference suffix: String = ":1", platform: String? = nil,
    _ check: (PullScene, PullScene.Outcome, ScriptedServer) throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      rules(server)
      try await PullScene.run { scene in
        let outcome = try await scene.pull(
          "\(server.authority)/team/app\(suffix)",
          change: { $0.platform = try platform.map { try Platform(parsing: $0) } })
        try check(scene, outcome, server)
      }
    }
  }

  private func expect(
    _ failure: FailureClass, _ reply: Reply, requests: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let rules: (ScriptedServer) -> Void = { $0.on(path, reply: reply) }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.failureClass == failure, "\(String(describing: outcome))", sourceLocation: sourceLocation)
      #expect(scene.files.isEmpty, sourceLocation: sourceLocation)
      #expect(
        server.requests.map(\.summary).count == requests, "\(server.requests.map(\.summary))",
        sourceLocation: sourceLocation)
    }
  }

  private func manifest(_ text: String, type: String = ImageFixture.manifestType) -> Reply {
    Reply(headers: [("Content-Type", type)], text: text)
  }

  @Test("T013: bytes that are not the pinned digest's, whatever the header says")
  func pinned() async throws {
    let other = ImageFixture(layers: [10], seed: 13)
    let rules: (ScriptedServer) -> Void = { server in
      server.on(
        "/v2/team/app/manifests/\(image.manifest.digest)",
        reply: Reply(
          headers: [("Content-Type", ImageFixture.manifestType), ("Docker-Content-Digest", image.manifest.digest)],
          body: ReplyBody(other.manifest.bytes)))
    }
    try await pull(rules, reference: "@\(image.manifest.digest)") { scene, outcome, _ in
      #expect(outcome.failureClass == .integrity)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T014: a Docker-Content-Digest that is not the body's")
  func wrongHeader() async throws {
    try await expect(
      .integrity,
      Reply(
        headers: [("Docker-Content-Digest", "sha256:" + String(repeating: "0", count: 64))],
        body: ReplyBody(image.manifest.bytes)))
  }

  @Test(
    "T015: a malformed digest is refused before anything is asked for it",
    arguments: [
      "sha256:../../../../tmp/x", "sha256:" + String(repeating: "a", count: 63),
      "sha256:" + String(repeating: "A", count: 64), "md5:" + String(repeating: "a", count: 32),
      "sha256:" + String(repeating: "a", count: 64) + "\\n",
    ])
  func malformedDigest(digest: String) async throws {
    let good = image.config.descriptor
    let bad = #"{"mediaType":"\#(ImageFixture.layerType)","digest":"\#(digest)","size":3}"#
    for text in [
      #"{"schemaVersion":2,"config":\#(good),"layers":[\#(bad)]}"#,
      #"{"schemaVersion":2,"config":\#(bad),"layers":[]}"#,
    ] {
      try await expect(.refused, manifest(text))
    }
    try await expect(.refused, manifest(#"{"schemaVersion":2,"manifests":[\#(bad)]}"#, type: ImageFixture.indexType))
  }

  @Test("T044: a document that is two things at once, or another than its Content-Type")
  func ambiguous() async throws {
    let both = #"{"schemaVersion":2,"config":\#(image.config.descriptor),"layers":[],"manifests":[]}"#
    try await expect(.refused, manifest(both))
    try await expect(
      .refused, Reply(headers: [("Content-Type", ImageFixture.indexType)], body: ReplyBody(image.manifest.bytes)))
  }

  @Test("T045: a manifest over 8 MiB, by length or chunked", arguments: [false, true])
  func tooLarge(isChunked: Bool) async throws {
    let body = ReplyBody(count: (8 << 20) + 1) { _, count in [UInt8](repeating: 0x20, count: count) }
    try await expect(.refused, Reply(body: body).with { if isChunked { $0.framing = .chunked } })
  }

  @Test("T045: an endless error body keeps its class")
  func endlessError() async throws {
    let body = ReplyBody(count: 1 << 30) { _, count in [UInt8](repeating: 0x78, count: count) }
    let rules: (ScriptedServer) -> Void = { $0.on(path, reply: Reply(404, body: body)) }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.failureClass == .notFound)
      #expect(server.bodyBytesSent < 64 << 20)
    }
  }

  @Test("T045: a megabyte of header")
  func largeHeader() async throws {
    try await expect(
      .refused,
      Reply(headers: [("X-Filler", String(repeating: "x", count: 1 << 20))], body: ReplyBody(image.manifest.bytes)))
  }

  @Test("T045: more than 256 header fields are refused, and the limit is named; 250 are taken", arguments: [250, 300])
  func manyHeaders(count: Int) async throws {
    let fields = (0..<count).map { ("X-\($0)", "y") }
    let manifest = image.manifest
    let rules: (ScriptedServer) -> Void = { server in
      server.on(path, reply: Reply(headers: fields, body: manifest.body))
      server.serveBlobs(image)
    }
    try await pull(rules) { _, outcome, server in
      guard count > 256 else { return #expect(outcome.error == nil) }
      #expect(outcome.failureClass == .refused)
      #expect(
        outcome.registryError?.reason
          == .network(.headersTooLarge(host: server.origin, fields: 256, fieldBytes: 80 << 10)))
    }
  }

  @Test("T045: a token over 1 MiB")
  func largeToken() async throws {
    let rules: (ScriptedServer) -> Void = { server in
      server.protect(image) { _, _ in false }
      let text = String(repeating: "x", count: (1 << 20) + 1)
      server.giveTokens { _ in .json(#"{"token":"\#(text)"}"#) }
    }
    try await pull(rules) { scene, outcome, _ in
      #expect(outcome.failureClass == .refused)
      #expect(scene.files.isEmpty)
    }
  }

  @Test(
    "T046: JSON that readers disagree about",
    arguments: [
      String(repeating: "[", count: 65) + String(repeating: "]", count: 65), String(repeating: "[", count: 100_000),
      #"{"schemaVersion":2,"schemaVersion":2,"config":CONFIG,"layers":[]}"#,
      "\u{feff}" + #"{"schemaVersion":2,"config":CONFIG,"layers":[]}"#,
      #"{"schemaVersion":1e400,"config":CONFIG,"layers":[]}"#,
      #"{"schemaVersion":2,"config":CONFIG,"layers":[{"mediaType":"x","digest":"D","size":-1}]}"#,
      #"{"schemaVersion":2,"config":CONFIG,"layers":[{"mediaType":"x","digest":"D","size":9223372036854775808}]}"#,
      #"{"schemaVersion":2,"config":CONFIG,"layers":[{"mediaType":"x","digest":"D","size":1.5}]}"#,
      #"{"schemaVersion":2,"config":CONFIG,"layers":[{"mediaType":"x","digest":"D","size":"5"}]}"#,
    ])
  func hostileJSON(text: String) async throws {
    let filled = replace(replace(text, "CONFIG", image.config.descriptor), "\"D\"", "\"\(image.config.digest)\"")
    let rules: (ScriptedServer) -> Void = { $0.on(path, reply: manifest(filled)) }
    try await pull(rules) { scene, outcome, server in
      #expect([.refused, .unsupported, .network].contains(outcome.failureClass))
      #expect(scene.files.isEmpty)
      #expect(server.requests.count == 1)
    }
  }

  @Test(
    "T063: a Content-Type that is missing, general or has parameters",
    arguments: [nil, "application/json", "application/vnd.oci.image.manifest.v1+json; charset=utf-8"])
  func contentType(type: String?) async throws {
    let rules: (ScriptedServer) -> Void = { server in
      let headers = type.map { [(name: "Content-Type", value: $0)] } ?? []
      server.on(path, reply: Reply(headers: headers, body: ReplyBody(image.manifest.bytes)))
      server.serveBlobs(image)
    }
    try await pull(rules) { scene, outcome, _ in
      #expect(outcome.error == nil)
      #expect(scene.files == ["app_1.tar"])
    }
  }

  @Test("T063: a web page instead of an answer")
  func webPage() async throws {
    try await expect(
      .network, Reply(headers: [("Content-Type", "text/html")], text: "<!DOCTYPE html><html>Log in</html>"))
  }

  @Test("T064: no HEAD is ever sent, and the digest header may be missing")
  func noHead() async throws {
    let rules: (ScriptedServer) -> Void = { server in
      server.on(path, reply: Reply(body: ReplyBody(image.manifest.bytes)))
      server.serveBlobs(image)
    }
    try await pull(rules) { _, outcome, server in
      #expect(outcome.error == nil)
      #expect(server.requests.allSatisfy { $0.method == "GET" })
    }
  }

  @Test("T065: a child of an index that is gone is named")
  func missingChild() async throws {
    let index =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entry(image.manifest, "amd64"))]}"#
    let rules: (ScriptedServer) -> Void = { server in
      server.on(path, reply: manifest(index, type: ImageFixture.indexType))
      server.on("/v2/team/app/manifests/\(image.manifest.digest)", reply: Reply(404))
    }
    try await pull(rules, platform: "linux/amd64") { scene, outcome, _ in
      #expect(outcome.registryError?.reason == .manifestNotFound)
      #expect(outcome.registryError?.request?.address.hasSuffix(image.manifest.digest) == true)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T066: an empty layer, inline data and a config of {} need no request of their own")
  func odd() async throws {
    let empty = ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: [])
    let inline = ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: Array("abc".utf8))
    let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
    let data = String(inline.descriptor.dropLast()) + #","data":"YWJj"}"#
    let text = #"{"schemaVersion":2,"config":\#(config.descriptor),"layers":[\#(empty.descriptor),\#(data)]}"#
    let rules: (ScriptedServer) -> Void = { server in
      server.on(path, reply: manifest(text))
      server.serve(config)
    }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.error == nil)
      #expect(scene.files == ["app_1.tar"])
      #expect(server.requests.count == 2)
    }
  }

  @Test("T066: inline data that is wrong, an empty layer that cannot be, a config of another size")
  func oddAndWrong() async throws {
    let config = image.config.descriptor
    let inline = ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: Array("abc".utf8))
    let wrong = String(inline.descriptor.dropLast()) + #","data":"YWJk"}"#
    let nothing = #"{"mediaType":"\#(ImageFixture.layerType)","digest":"\#(image.layers[0].digest)","size":0}"#
    for layer in [wrong, nothing] {
      let text =
        #"{"schemaVersion":2,"config":\#(ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8)).descriptor),"layers":[\#(layer)]}"#
      let rules: (ScriptedServer) -> Void = { server in
        server.on(path, reply: manifest(text))
        server.serve(ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8)))
      }
      try await pull(rules) { scene, outcome, _ in
        #expect(outcome.failureClass == .integrity)
        #expect(scene.files.isEmpty)
      }
    }
    let longer = replace(config, "\"size\":\(image.config.bytes.count)", "\"size\":\(image.config.bytes.count + 1)")
    let text = #"{"schemaVersion":2,"config":\#(longer),"layers":[]}"#
    let rules: (ScriptedServer) -> Void = { server in
      server.on(path, reply: manifest(text))
      server.serve(image.config)
    }
    try await pull(rules) { scene, outcome, _ in
      #expect(outcome.failureClass == .integrity)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T067: a layer that stands five times is fetched and stored once")
  func repeated() async throws {
    let layer = image.layers[0]
    let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
    let many = ImageFixture(config: config, layers: Array(repeating: layer, count: 5))
    let rules: (ScriptedServer) -> Void = { $0.serve(many) }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.error == nil)
      #expect(server.requests("/v2/team/app/blobs/\(layer.digest)").count == 1)
      let size = try scene.bytes("app_1.tar").count
      #expect(size < 2 * layer.bytes.count)
    }
  }

  @Test("T067: one digest with two sizes")
  func twoSizes() async throws {
    let one = image.layers[0].descriptor
    let two = replace(one, "\"size\":50000", "\"size\":50001")
    try await expect(
      .refused, manifest(#"{"schemaVersion":2,"config":\#(image.config.descriptor),"layers":[\#(one),\#(two)]}"#))
  }

  @Test("T069: an index in an index in an index in an index")
  func deepIndex() async throws {
    var innermost = image.manifest
    var documents: [ImageFixture.Blob] = [innermost]
    for _ in 0..<4 {
      let entry =
        #"{"mediaType":"\#(innermost.mediaType)","digest":"\#(innermost.digest)","size":\#(innermost.bytes.count)}"#
      let text = #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entry)]}"#
      innermost = ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
      documents.append(innermost)
    }
    let rules: (ScriptedServer) -> Void = { server in
      for document in documents { server.serveManifest(document, tag: "x\(document.bytes.count)") }
      server.serveManifest(documents[documents.count - 1])
    }
    try await pull(rules) { scene, outcome, _ in
      #expect(outcome.failureClass == .refused)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("one index in another is followed")
  func nestedIndex() async throws {
    let inner =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entry(image.manifest, "amd64"))]}"#
    let innerBlob = ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(inner.utf8))
    let outer = #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(innerBlob.descriptor)]}"#
    let rules: (ScriptedServer) -> Void = { server in
      server.serve(image, tag: "inner")
      server.serveManifest(innerBlob, tag: "index")
      server.serveManifest(ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(outer.utf8)))
    }
    try await pull(rules, platform: "linux/amd64") { _, outcome, _ in
      #expect(outcome.result?.manifestDigest.description == image.manifest.digest)
    }
  }

  @Test("T071: sizes that add up to more than can be counted")
  func overflow() async throws {
    let layers = (0..<2).map { index in
      #"{"mediaType":"\#(ImageFixture.layerType)","digest":"\#(image.layers[index].digest)","size":9223372036854775807}"#
    }
    let text = #"{"schemaVersion":2,"config":\#(image.config.descriptor),"layers":[\#(layers.joined(separator: ","))]}"#
    try await expect(.refused, manifest(text))
  }

  @Test("T072: no image for the platform lists those there are; attestations are none")
  func noPlatform() async throws {
    let attestation =
      #"{"mediaType":"\#(ImageFixture.manifestType)","digest":"\#(image.config.digest)","size":5,"platform":{"os":"unknown","architecture":"unknown"}}"#
    let index =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entry(image.manifest, "s390x")),\#(attestation)]}"#
    let rules: (ScriptedServer) -> Void = { $0.on(path, reply: manifest(index, type: ImageFixture.indexType)) }
    try await pull(rules, platform: "linux/arm64") { scene, outcome, _ in
      guard case .noSuchPlatform(_, _, let available) = outcome.error as? ResolveError else {
        Issue.record("\(String(describing: outcome.error))")
        return
      }
      #expect(available.map(\.description) == ["linux/s390x"])
      #expect(outcome.failureClass == .unsupported)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T073: a schema 1 manifest and a Helm chart are named for what they are")
  func noImage() async throws {
    try await expect(
      .unsupported,
      manifest(
        #"{"schemaVersion":1,"name":"a","tag":"1","fsLayers":[]}"#,
        type: "application/vnd.docker.distribution.manifest.v1+json"),
      // It may be what the registry prefers, and is asked for other types.
      requests: 3)
    let chart =
      #"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"\#(image.config.digest)","size":2},"layers":[]}"#
    try await expect(.unsupported, manifest(chart))
  }

  @Test(
    "T059: the registry's no, in its own words, after one request",
    arguments: [
      (404, "MANIFEST_UNKNOWN", FailureClass.notFound), (404, "NAME_UNKNOWN", .notFound),
      (403, "DENIED", .authentication),
      (412, "PROJECTPOLICYVIOLATION", .authentication), (451, "LEGAL", .authentication),
    ])
  func refusals(status: Int, code: String, failure: FailureClass) async throws {
    let body = #"{"errors":[{"code":"\#(code)","message":"not for you"}]}"#
    let rules: (ScriptedServer) -> Void = { $0.on(path, reply: .json(body, status: status)) }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.failureClass == failure)
      #expect(outcome.registryError?.answer?.words == ["\(code): not for you"])
      #expect(server.requests.count == 1)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T059: a layer that is gone")
  func missingLayer() async throws {
    let rules: (ScriptedServer) -> Void = { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.serve(image.layers[0])
      server.on("/v2/team/app/blobs/\(image.layers[1].digest)", reply: Reply(404))
    }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.failureClass == .notFound)
      #expect(!scene.files.contains("app_1.tar"))
      #expect(server.requests("/v2/team/app/blobs/\(image.layers[1].digest)").count == 1)
    }
  }

  private func entry(_ manifest: ImageFixture.Blob, _ architecture: String) -> String {
    String(manifest.descriptor.dropLast()) + #","platform":{"os":"linux","architecture":"\#(architecture)"}}"#
  }

  private func replace(_ text: String, _ old: String, _ new: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: old) {
      result += rest[..<range.lowerBound] + new
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
