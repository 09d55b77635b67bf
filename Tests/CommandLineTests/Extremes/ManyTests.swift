import ScriptedServer
import Testing

@Suite("Very many layers, very many images")
struct ManyTests {
  @Test("T068: 4,096 layers of a kilobyte, with 64 open files")
  func layers() async throws {
    let count = 4_096
    let layers = (0..<count).map { number in
      let name = Array("\(number) ".utf8)
      let filler = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1_024 - name.count)
      return ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: name + filler)
    }
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType, bytes: Array(#"{"architecture":"amd64","os":"linux"}"#.utf8))
    let image = ImageFixture(config: config, layers: layers)
    var configuration = ServerConfiguration()
    configuration.latency = .milliseconds(20)
    try await ScriptedServer.run([], configuration) { server in
      server.serveManifest(image.manifest)
      let blobs = Dictionary(uniqueKeysWithValues: image.blobs.map { ($0.digest, $0) })
      server.on("/v2/team/app/blobs/*") { request in
        let digest = request.path.split(separator: "/").last.map(String.init) ?? ""
        return blobs[digest].map { .blob($0.body, for: request) } ?? Reply(404)
      }
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          ulimit -n 64
          command time -q -f %M -o peak $DRAY pull -q --plain-http $IMAGE; echo $?
          tar tf app_1.tar | grep -c '^blobs/sha256/.'; cat peak
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(lines.prefix(2) == ["app_1.tar", "0"])
        // The layers, the config and the manifest.
        #expect(lines.dropFirst(2).first == "\(count + 2)")
        let peak = try #require(lines.last.flatMap { Int($0) })
        #expect(peak < 128 << 10, "\(peak) KiB")
        #expect(server.requests.count <= image.blobs.count + 10, "each layer is asked for once")
      }
    }
  }

  @Test("T068: two hundred images in one command, with 64 open files")
  func images() async throws {
    let image = ImageFixture(layers: [2_000, 1_000], seed: 200)
    try await ScriptedServer.run { server in
      for number in 1...200 { server.serveManifest(image.manifest, tag: "\(number)") }
      server.serveBlobs(image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          ulimit -n 64; mkdir images
          command time -q -f %M -o peak $DRAY pull -q --plain-http -o images $(for n in {1..200}; do echo $IMAGE:$n; done)
          echo $?; ls images | wc -l; cat peak; rm -r images
          """, ["IMAGE": "\(server.authority)/team/app"])
        #expect(lines.dropFirst(200).prefix(2) == ["0", "200"])
        let peak = try #require(lines.last.flatMap { Int($0) })
        #expect(peak < 128 << 10, "\(peak) KiB")
      }
    }
  }
}
