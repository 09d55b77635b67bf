import ScriptedServer
import Testing

/// Images of unusual shape, through the command.
@Suite("Images that are too much, or none")
struct ImageShapeTests {
  private let image = ImageFixture(layers: [40_000, 30_000], seed: 69)
  private let path = "/v2/team/app/manifests/1"

  /// What a pull printed, left and asked for.
  private struct Outcome {
    let ended: Dray.Ended
    let files: [String]
    let requests: [RecordedRequest]
  }

  private func pull(_ arguments: [String] = [], rules: (ScriptedServer) -> Void) async throws -> Outcome {
    var outcome: Outcome?
    try await ScriptedServer.run { server in
      rules(server)
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"] + arguments)
        outcome = Outcome(ended: ended, files: dray.files, requests: server.requests)
      }
    }
    return try #require(outcome)
  }

  private func expectNothing(
    _ code: Int, _ words: [String], _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let errors = outcome.ended.errors
    #expect(outcome.ended.code == code, "\(errors)", sourceLocation: sourceLocation)
    #expect(outcome.files.isEmpty, sourceLocation: sourceLocation)
    for word in words { #expect(errors.contains(word), "\(errors)", sourceLocation: sourceLocation) }
  }

  private static let emptyConfig = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))

  private func manifest(layers: [String]) -> ImageFixture.Blob {
    let text = """
      {"schemaVersion":2,"mediaType":"\(ImageFixture.manifestType)","config":\(Self.emptyConfig.descriptor),\
      "layers":[\(layers.joined(separator: ","))]}
      """
    return ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8))
  }

  private func index(_ entries: [String]) -> ImageFixture.Blob {
    let text = """
      {"schemaVersion":2,"mediaType":"\(ImageFixture.indexType)","manifests":[\(entries.joined(separator: ","))]}
      """
    return ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
  }

  private func entry(_ blob: ImageFixture.Blob, _ platform: String) -> String {
    String(blob.descriptor.dropLast()) + #","platform":{\#(platform)}}"#
  }

  @Test("T069: 10,001 layers are refused after the manifest alone; so are 10,001 entries of an index")
  func tooMany() async throws {
    let layers = manifest(layers: Array(repeating: image.layers[0].descriptor, count: 10_001))
    let entries = index(Array(repeating: image.manifest.descriptor, count: 10_001))
    for document in [layers, entries] {
      let outcome = try await pull { $0.serveManifest(document) }
      expectNothing(21, ["10000"], outcome)
      #expect(outcome.requests.count == 1)
    }
  }

  @Test("T069: an index four deep is refused")
  func deep() async throws {
    var documents = [image.manifest]
    for _ in 0..<4 { documents.append(index([documents[documents.count - 1].descriptor])) }
    let all = documents
    let outcome = try await pull { server in
      for document in all.dropLast() {
        server.on("/v2/team/app/manifests/\(document.digest)", reply: .manifest(document))
      }
      server.serveManifest(all[all.count - 1])
    }
    expectNothing(21, [], outcome)
    #expect(outcome.requests.count <= 4)
  }

  @Test("T069: an index that names itself cannot have its own digest, and is not followed in a circle")
  func circle() async throws {
    let innermost = "sha256:" + String(repeating: "5", count: 64)
    let text = #"{"mediaType":"\#(ImageFixture.indexType)","digest":"\#(innermost)","size":300}"#
    let itself = index([text])
    let outcome = try await pull { server in
      server.on(path, reply: .manifest(itself))
      server.on(
        "/v2/team/app/manifests/\(innermost)",
        reply: Reply(
          headers: [("Content-Type", ImageFixture.indexType), ("Docker-Content-Digest", innermost)], body: itself.body))
    }
    expectNothing(20, [innermost], outcome)
    #expect(outcome.requests.count == 2)
  }

  @Test("T072: no image for the platform lists those that there are; an attestation and an unknown system are none")
  func noPlatform() async throws {
    let document = index([
      entry(image.manifest, #""os":"linux","architecture":"s390x""#),
      entry(image.manifest, #""os":"linux","architecture":"arm","variant":"v7""#),
      entry(image.manifest, #""os":"plan9","architecture":"mips""#),
      entry(image.manifest, #""os":"unknown","architecture":"unknown""#),
    ])
    let outcome = try await pull(["--platform", "linux/arm64"]) { $0.serveManifest(document) }
    expectNothing(22, ["linux/s390x", "linux/arm/v7", "plan9/mips"], outcome)
    #expect(!outcome.ended.errors.contains("unknown/unknown"))
    #expect(outcome.requests.count == 1)
  }

  @Test(
    "T072: the entry that fits is taken: with the variant or without it, the older one where there is no other",
    arguments: [
      ("linux/arm64/v8", #""architecture":"arm64""#), ("linux/arm64", #""architecture":"arm64","variant":"v8""#),
      ("linux/amd64/v2", #""architecture":"amd64""#), ("linux/arm/v7", #""architecture":"arm","variant":"v5""#),
    ])
  func variants(wanted: String, offered: String) async throws {
    let other = ImageFixture(layers: [10], seed: 72)
    let document = index([
      entry(other.manifest, #""os":"unknown","architecture":"unknown""#),
      entry(other.manifest, #""os":"windows",\#(offered)"#),
      entry(image.manifest, #""os":"linux",\#(offered)"#),
      entry(other.manifest, #""os":"linux","architecture":"riscv64""#),
    ])
    let outcome = try await pull(["--platform", wanted, "-o", "image.tar"]) { server in
      server.serve(image, tag: "other")
      server.serveManifest(document)
    }
    #expect(outcome.ended.code == 0, "\(outcome.ended.errors)")
    #expect(outcome.files == ["image.tar"])
    #expect(outcome.requests.filter { $0.path.hasSuffix(image.manifest.digest) }.count == 1)
  }

  @Test("T072: an image without an index that is for another platform than the one asked for is named for what it is")
  func otherPlatform() async throws {
    let arm = ImageFixture(layers: [40_000], seed: 73, architecture: "arm64")
    for arguments in [[], ["--dry-run"], ["-o", "-"], ["--json"]] {
      let outcome = try await pull(["--platform", "linux/amd64"] + arguments) { server in
        server.serveManifest(arm.manifest)
        // A small layer may come beside the config.
        server.serve(arm)
      }
      let words = outcome.ended.errors + outcome.ended.output
      #expect(outcome.ended.code == 22, "\(arguments): \(words)")
      #expect(words.contains("no image for linux/amd64; it has linux/arm64"), "\(arguments): \(words)")
      #expect(outcome.files.isEmpty)
    }
  }

  @Test("T072: the machine's own platform is only what one would like: another one is taken with a warning")
  func otherPlatformByDefault() async throws {
    let other = ImageFixture(layers: [40_000], seed: 74, architecture: "s390x")
    let outcome = try await pull { $0.serve(other) }
    #expect(outcome.ended.code == 0, "\(outcome.ended.errors)")
    #expect(outcome.ended.errors.contains("the image is for linux/s390x"), "\(outcome.ended.errors)")
    #expect(outcome.files == ["app_1.tar"])
  }

  @Test("T072: an index is believed where the config of its image says otherwise, with a warning")
  func indexAgainstConfig() async throws {
    let document = index([entry(image.manifest, #""os":"linux","architecture":"riscv64""#)])
    let outcome = try await pull(["--platform", "linux/riscv64"]) { server in
      server.serve(image, tag: "other")
      server.serveManifest(document)
    }
    #expect(outcome.ended.code == 0, "\(outcome.ended.errors)")
    #expect(outcome.ended.errors.contains("not for linux/riscv64"), "\(outcome.ended.errors)")
    #expect(outcome.files == ["app_1_linux-riscv64.tar"])
  }

  @Test("T071: a layer of 2^53 + 1 bytes is counted to the byte, and no byte of it is asked for")
  func hugeLayer() async throws {
    let huge =
      #"{"mediaType":"\#(ImageFixture.layerType)","digest":"\#(image.layers[0].digest)","size":9007199254740993}"#
    let outcome = try await pull(["--json"]) { server in
      server.serveManifest(manifest(layers: [huge]))
      server.serve(Self.emptyConfig)
    }
    #expect(outcome.ended.code == 30, "\(outcome.ended.errors)")
    #expect(outcome.ended.output.contains("9007199254740993"))
    #expect(outcome.files.isEmpty)
  }

  @Test("T071: sizes whose sum no number holds are refused")
  func overflow() async throws {
    let layers = image.layers.map {
      #"{"mediaType":"\#(ImageFixture.layerType)","digest":"\#($0.digest)","size":9223372036854775807}"#
    }
    let outcome = try await pull { $0.serveManifest(manifest(layers: layers)) }
    expectNothing(21, [], outcome)
    #expect(outcome.requests.count == 1)
  }

  @Test("T073: schema 1, an OCI artifact, a signature and a Helm chart are named for what they are")
  func noImage() async throws {
    let empty = #"{"mediaType":"application/vnd.oci.empty.v1+json","digest":"\#(image.config.digest)","size":2}"#
    let chart = #"{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"\#(image.config.digest)","size":2}"#
    let signature =
      #"{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","digest":"\#(image.layers[0].digest)","size":2}"#
    let rows: [(String, type: String, word: String)] = [
      (
        #"{"schemaVersion":1,"name":"a","tag":"1","fsLayers":[]}"#,
        "application/vnd.docker.distribution.manifest.v1+prettyjws", "schema 1"
      ),
      (
        #"{"schemaVersion":2,"artifactType":"application/vnd.example.sbom","config":\#(empty),"layers":[]}"#,
        ImageFixture.manifestType, "application/vnd.example.sbom"
      ),
      (#"{"schemaVersion":2,"config":\#(chart),"layers":[]}"#, ImageFixture.manifestType, "Helm"),
      (
        #"{"schemaVersion":2,"config":\#(image.config.descriptor),"layers":[\#(signature)]}"#,
        ImageFixture.manifestType,
        "signature"
      ),
    ]
    for (text, type, word) in rows {
      let reply = Reply(headers: [("Content-Type", type)], text: text)
      let outcome = try await pull { $0.on(path, reply: reply) }
      expectNothing(22, [word], outcome)
      // Schema 1 may be what the registry prefers: it is asked twice more for another.
      #expect(outcome.requests.count == (word == "schema 1" ? 3 : 1))
    }
  }

  @Test("T027: storage under the registry's own domain, and on another port of its host, gets no credentials")
  func otherOrigins() async throws {
    for name in ["storage.registry.test", "registry.test", "xregistry.test"] {
      try await ScriptedServer.run { storage in
        try await ScriptedServer.run { server in
          let challenge = #"Bearer realm="http://registry.test:\#(server.port)/service/token",service="s""#
          server.on("GET", "/v2/*", where: { $0.bearerToken != "canary-token" }) { _ in
            Reply(401, headers: [("WWW-Authenticate", challenge), ("Set-Cookie", "sid=canary-cookie")])
          }
          server.giveTokens { _ in .token("canary-token") }
          server.serveManifest(image.manifest)
          for blob in image.blobs {
            server.on(
              "/v2/team/app/blobs/\(blob.digest)",
              reply: .redirect(to: "http://\(name):\(storage.port)/\(blob.digest)"))
            storage.on("/\(blob.digest)") { .blob(blob.body, for: $0) }
          }
          try await Dray.scene { dray in
            let names = ["registry.test", "storage.registry.test", "xregistry.test"]
            let ended = try await dray.run(
              [
                "pull", "registry.test:\(server.port)/team/app:1", "--plain-http", "--username", "me",
                "--password-stdin",
              ]
                + names.flatMap { ["--resolve", "\($0)=127.0.0.1"] }, input: "canary-password\n")
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(storage.requests.count >= 3)
            #expect(storage.requests.allSatisfy { !$0.carriesCredentials })
          }
        }
      }
    }
  }
}
