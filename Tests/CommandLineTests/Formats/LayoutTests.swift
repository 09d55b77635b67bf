import ScriptedServer
import Testing

@Suite("Pulls into an OCI layout")
struct LayoutTests {
  private let shared = ImageFixture(layers: [3 << 20], seed: 5)

  /// Two images of which the second has the first one's layer.
  private func images() -> (ImageFixture, ImageFixture) {
    let own = ImageFixture(layers: [2 << 20, 100], seed: 6)
    let layers = shared.layers + own.layers
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config =
      #"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#
    return (
      shared,
      ImageFixture(
        config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: layers)
    )
  }

  private func requests(_ server: ScriptedServer, for blob: ImageFixture.Blob) -> Int {
    server.requests.count { $0.path.hasSuffix(blob.digest) }
  }

  @Test("Only what the layout lacks is fetched, and a blob that is wrong there")
  func shares() async throws {
    let (first, second) = images()
    try await ScriptedServer.run { server in
      server.serve(first)
      server.serve(second, repository: "team/other", tag: "2")
      try await Dray.scene { dray in
        let names = ["\(server.authority)/team/app:1", "\(server.authority)/team/other:2"]
        let pulled = try await dray.run(["pull", "--plain-http", "--layout", "images"] + names)
        #expect(pulled.code == 0, "\(pulled.errors)")
        #expect(pulled.output == "images\n")
        #expect(dray.files == ["images"])
        #expect(!server.requests.contains { $0.path == "/v2/team/other/blobs/\(first.layers[0].digest)" })
        let path = "images/blobs/sha256/\(second.layers[1].digest.dropFirst(7))"
        let lines = try await dray.shell(
          "ls -A images; ls images/blobs/sha256 | wc -l; sha256sum $FILE | cut -c1-64; printf x | dd of=$FILE conv=notrunc status=none",
          ["FILE": path])
        #expect(lines == ["blobs", "index.json", "oci-layout", "7", String(second.layers[1].digest.dropFirst(7))])
        let again = try await dray.run(["pull", "--plain-http", "--layout", "images", names[1]])
        #expect(again.code == 0, "\(again.errors)")
        #expect(again.errors.contains("corrupt content for \(second.layers[1].digest)"), "\(again.errors)")
        #expect(
          try await dray.shell("sha256sum \(path) | cut -c1-64") == [String(second.layers[1].digest.dropFirst(7))])
      }
    }
  }

  @Test("An interrupted pull keeps what it has of each blob, and goes on from there")
  func resumes() async throws {
    let image = ImageFixture(layers: [6 << 20, 5 << 20], seed: 8)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          $DRAY pull -q --plain-http --limit-rate 3M --layout images $IMAGE 2> /dev/null &
          until grep -qs '^have' images/blobs/sha256/.*.journal || ! alive $!; do sleep 0.01; done
          kill -9 $!; wait $! 2> /dev/null
          ls -A images/blobs/sha256 | grep -c '^[.].*part$'; $DRAY verify ./images | grep -c misnamed || true
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(lines.first.flatMap { Int($0) } ?? 0 > 0, "\(lines)")
        let again = try await dray.run([
          "pull", "--plain-http", "--json", "--layout", "images", "\(server.authority)/team/app:1",
        ])
        #expect(again.code == 0, "\(again.errors)")
        let fetched = try #require(again.bytesFetched)
        #expect(fetched < 11 << 20, "\(fetched) bytes were fetched again")
        #expect(
          try await dray.shell("ls -A images; find images -name '.*'") == ["blobs", "index.json", "oci-layout"])
        #expect(
          try await dray.shell(
            "cd images/blobs/sha256 && for f in *; do echo \"$f  $f\"; done | sha256sum -c --quiet && echo right")
            == ["right"])
      }
    }
  }

  @Test("Where one blob's file cannot be begun, those begun before it leave nothing behind")
  func obstacle() async throws {
    let image = ImageFixture(layers: [3 << 20, 2 << 20], seed: 10)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let file = ".\(image.layers[1].digest.dropFirst(7)).part"
        _ = try await dray.shell("mkdir -p images/blobs/sha256/\(file)")
        _ = try await dray.shell("printf '{\"imageLayoutVersion\":\"1.0.0\"}' > images/oci-layout")
        let pulled = try await dray.run([
          "pull", "--plain-http", "--layout", "images", "\(server.authority)/team/app:1",
        ])
        #expect(pulled.code == 21, "\(pulled.errors)")
        #expect(
          try await dray.shell("ls -A images images/blobs/sha256")
            == ["images:", "blobs", "oci-layout", "", "images/blobs/sha256:", file])
      }
    }
  }

  @Test("Several at once in one layout lose nothing, and fetch what they share once")
  func atOnce() async throws {
    let (first, second) = images()
    try await ScriptedServer.run { server in
      server.serve(first)
      for number in 1...4 { server.serve(second, repository: "team/n\(number)", tag: "\(number)") }
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          for n in 1 2 3 4; do $DRAY pull --json --plain-http --layout images $HOST/team/n$n:$n > $n.json & done
          $DRAY pull --json --plain-http --layout images $HOST/team/app:1 > 5.json &
          for job in $(jobs -p); do wait $job || echo failed; done
          ls -A images; grep -c '"io.containerd.image.name"' images/index.json
          cd images/blobs/sha256 && for f in *; do echo "$f  $f"; done | sha256sum -c --quiet && echo right
          """, ["HOST": server.authority])
        #expect(lines == ["blobs", "index.json", "oci-layout", "5", "right"])
        let fetched = BytesFetched(try await dray.shell("cat ?.json"))
        #expect(fetched.each.count == 5)
        // Twice would be as much again as the smaller of both.
        let once = second.blobs.reduce(first.config.size) { $0 + $1.size }
        #expect(fetched.all < once + second.layers[1].size)
      }
    }
  }

  @Test("A folder of other things is refused before any request; so are -o and --format beside --layout")
  func refused() async throws {
    try await ScriptedServer.run { server in
      try await Dray.scene { dray in
        _ = try await dray.shell("mkdir other && touch other/file")
        let image = "\(server.authority)/team/app:1"
        let other = try await dray.run(["pull", "--plain-http", "--layout", "other", image])
        #expect(other.code == 2, "\(other.errors)")
        #expect(try await dray.shell("ls -A other") == ["file"])
        for options in [["-o", "x.tar"], ["--format", "oci"], ["--split", "1M"]] {
          let ended = try await dray.run(["pull", "--layout", "new"] + options + [image])
          #expect(ended.code == 2, "\(ended.errors)")
        }
        #expect(dray.files == ["other"])
      }
    }
  }
}
