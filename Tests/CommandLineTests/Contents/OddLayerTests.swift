import HandmadeTar
import ScriptedServer
import Testing

/// Layers with the right digest that other programs made, and that cannot be read or wait for something.
@Suite("Odd layers, read")
struct OddLayerTests {
  private func scene(_ layers: [ImageFixture.Blob], _ body: (Dray) async throws -> Void) async throws {
    try await Dray.scene { dray in
      try dray.write(HandmadeArchive.layout(layers: layers).bytes, to: "x.tar")
      try await body(dray)
    }
  }

  static let commands = [
    ["ls", "x.tar", "/"], ["cat", "x.tar", "/etc/a"], ["unpack", "x.tar", "root"], ["export", "x.tar", "-o", "y.tar"],
  ]

  @Test("T148: the last file of a layer that does not fill its block is read by every command")
  func unpadded() async throws {
    let bytes = Array(HandmadeArchive.file.bytes.dropLast(1_024 + 509))
    try await scene([.init(mediaType: ImageFixture.layerType, bytes: bytes)]) { dray in
      for command in Self.commands {
        let ended = try await dray.run(command)
        #expect(ended.code == 0, "\(command): \(ended.errors)")
      }
      let lines = try await dray.shell("od -An -tx1 root/etc/a; tar -xOf y.tar etc/a | od -An -tx1")
      #expect(lines == [" 01 02 03", " 01 02 03"])
    }
  }

  @Test("T148: what is wrong with a layer that has its digest is no reason to fetch it anew; a wrong byte is")
  func madeSo() async throws {
    let layer = ImageFixture.Blob(
      mediaType: ImageFixture.layerType + "+gzip", bytes: VerifyTests.emptyGzip + Array("behind".utf8))
    try await scene([layer]) { dray in
      for command in Self.commands {
        let ended = try await dray.run(command)
        #expect(ended.code == 20, "\(command)")
        #expect(
          ended.errors.contains("matches its digest, but cannot be read: there is data after the end"),
          "\(ended.errors)")
        #expect(!ended.errors.contains("fetch the archive again"), "\(ended.errors)")
      }
      let damaged = HandmadeArchive.layout(layers: [layer]).changing(HandmadeArchive.blobName(layer)) {
        $0.content[$0.content.count - 1] ^= 1
      }
      try dray.write(damaged.bytes, to: "x.tar")
      let ended = try await dray.run(["ls", "x.tar", "/"])
      #expect(ended.code == 20)
      #expect(ended.errors.contains("does not match its digest"), "\(ended.errors)")
    }
  }

  @Test(
    "T148: encrypted and EROFS layers are named by what reads layers, and kept by what does not",
    arguments: [
      (ImageFixture.layerType + "+gzip+encrypted", "is encrypted"),
      ("application/vnd.erofs.layer.v1", "is an EROFS file system"),
    ])
  func unread(type: String, words: String) async throws {
    try await scene([.init(mediaType: type, bytes: ImageFixture.noise(2_000, seed: 4))]) { dray in
      for command in Self.commands + [["convert", "x.tar", "-o", "y.tar", "--layers", "plain"]] {
        let ended = try await dray.run(command)
        #expect(ended.code == 22, "\(command): \(ended.errors)")
        #expect(ended.errors.contains(words), "\(command): \(ended.errors)")
      }
      let kept = try await dray.run(["convert", "x.tar", "-o", "y.tar"])
      #expect(kept.code == 0, "\(kept.errors)")
      #expect(try await dray.run(["verify", "y.tar"]).output.contains(words))
    }
  }

  @Test("T149: AUFS's files for hard links become those, in every command")
  func aufsLinks() async throws {
    let layer = HandmadeArchive.layer {
      $0.member(".wh..wh.plnk/7.8", content: Array("data".utf8))
      $0.member("etc/a", type: "1", link: ".wh..wh.plnk/7.8")
      $0.member("b", type: "1", link: ".wh..wh.plnk/7.8")
    }
    try await scene([layer]) { dray in
      for command in Self.commands {
        let ended = try await dray.run(command)
        #expect(ended.code == 0, "\(command): \(ended.errors)")
      }
      let lines = try await dray.shell(
        """
        cat root/etc/a root/b; echo; ls -A root; $DRAY cat x.tar /b; echo; mkdir other; tar -xf y.tar -C other
        cat other/etc/a other/b; echo; $DRAY ls -r x.tar / | grep -c plnk || true
        """)
      #expect(lines == ["datadata", "b", "etc", "data", "datadata", "0"], "\(lines)")
    }
  }

  @Test(
    "T149: a hard link to nothing has one exit code, whoever meets it", arguments: ["nothing", ".wh..wh.plnk/7.8"])
  func missingTarget(target: String) async throws {
    try await scene([HandmadeArchive.layer { $0.member("b", type: "1", link: target) }]) { dray in
      for command in Self.commands {
        let ended = try await dray.run(command)
        #expect(ended.code == 21, "\(command): \(ended.errors)")
      }
    }
  }
}
