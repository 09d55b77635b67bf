import HandmadeTar
import ScriptedServer
import Testing

/// A machine with one core: one thread for files, and one for all connections.
@Suite("One thread")
struct OneThreadTests {
  private static let variables = [
    "NIO_SINGLETON_BLOCKING_POOL_THREAD_COUNT": "1", "NIO_SINGLETON_GROUP_LOOP_COUNT": "1",
  ]

  /// Two layers: `etc/name` beside a file of 5 MB, and `etc/top`.
  private static let image: ImageFixture = {
    var layers: [ImageFixture.Blob] = []
    for files in [[("etc/name", Array("base\n".utf8)), ("large", noise)], [("etc/top", Array("top\n".utf8))]] {
      var tar = TarWriter()
      for (name, content) in files { tar.member(name, content: content) }
      tar.end()
      layers.append(ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: tar.bytes))
    }
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config = """
      {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[\(diffIDs)]}}
      """
    return ImageFixture(
      config: ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: layers)
  }()

  private static let noise = ImageFixture.noise(5_000_000, seed: 134)

  private func variables(_ name: String) -> [String: String] { Self.variables.merging(["IMAGE": name]) { $1 } }

  /// The real program in that setting, and a registry; it may ignore ranges.
  private func scene(
    ignoresRanges: Bool, _ body: (_ dray: Dray, _ name: String) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      if ignoresRanges {
        server.serveManifest(Self.image.manifest)
        for blob in Self.image.blobs {
          server.on("/v2/team/app/blobs/\(blob.digest)") { _ in Reply(body: blob.body) }
        }
      } else {
        server.serve(Self.image)
      }
      try await Dray.scene { dray in
        var dray = dray
        dray.environment.merge(Self.variables) { $1 }
        try await body(dray, "\(server.authority)/team/app:1")
      }
    }
  }

  @Test(
    "T134: whatever reads an image of a registry comes to an end", .timeLimit(.minutes(5)), arguments: [false, true])
  func remote(ignoresRanges: Bool) async throws {
    try await scene(ignoresRanges: ignoresRanges) { dray, name in
      let life = Duration.seconds(60)
      let cat = try await dray.run(["cat", name, "/etc/name", "--plain-http"], life: life)
      #expect(cat.code == 0, "\(cat.errors)")
      #expect(cat.output == "base\n")
      let top = try await dray.run(["cat", name, "/etc/top", "--plain-http"], life: life)
      #expect(top.output == "top\n")
      let list = try await dray.run(["ls", name, "/etc", "--plain-http"], life: life)
      #expect(list.output.contains("name") && list.output.contains("top"), "\(list.errors)")
      let unpacked = try await dray.run(["unpack", name, "root", "--plain-http"], life: life)
      #expect(unpacked.code == 0, "\(unpacked.errors)")
      #expect(try await dray.shell("cat root/etc/name root/etc/top") == ["base", "top"])
      let exported = try await dray.shell(
        "timeout 60 $DRAY export --plain-http $IMAGE -o root.tar && tar tf root.tar", variables(name))
      #expect(exported.contains("etc/name"))
      let differences = try await dray.run(["diff", name, name, "--plain-http"], life: life)
      #expect(differences.code == 0, "\(differences.errors)")
    }
  }

  @Test(
    "T134: a pull, into a file and into a pipe, and what is done with the archive", .timeLimit(.minutes(5)),
    arguments: [false, true])
  func archives(ignoresRanges: Bool) async throws {
    try await scene(ignoresRanges: ignoresRanges) { dray, name in
      let life = Duration.seconds(60)
      for arguments in [
        ["pull", name, "--plain-http", "-o", "a.tar"], ["verify", "a.tar"], ["inspect", "a.tar"],
        ["convert", "a.tar", "-o", "b.tar", "--format", "oci"],
        ["convert", "a.tar", "-o", "c.tar", "--layers", "gzip"],
        ["pull", name, "--plain-http", "--layout", "layout"], ["cat", "a.tar", "/etc/name"],
        ["unpack", "a.tar", "root"], ["pull", name, "--plain-http", "--reuse", "a.tar", "-o", "d.tar"],
      ] {
        let ended = try await dray.run(arguments, life: life)
        #expect(ended.code == 0, "\(arguments) \(ended.errors)")
      }
      let piped = try await dray.shell(
        "timeout 60 $DRAY pull -q --plain-http --no-reuse $IMAGE -o - | cmp - a.tar && echo same", variables(name))
      #expect(piped == ["same"])
    }
  }
}
