import FoundationEssentials
import ScriptedServer
import SeededRandom
import Synchronization
import Testing

private let mebibyte: Int64 = 1 << 20

@Suite("The program killed at any point")
struct KillTests {
  private let image = ImageFixture(layers: [8 << 20, 7 << 20, 6 << 20], seed: 22)
  private var layers: Int64 { image.layers.reduce(0) { $0 + $1.size } }

  /// How much of a finished file stood in it already when it was looked at: in whole pieces, at their places.
  private func bytes(_ part: Data, of whole: Data) -> Int64 {
    let piece = 64 << 10
    return Int64(
      stride(from: 0, to: min(part.count, whole.count), by: piece).reduce(0) { sum, start in
        let range = start..<min(start + piece, part.count, whole.count)
        return sum + (part[range] == whole[range] ? range.count : 0)
      })
  }

  /// Pulls once more without a fault, and compares.
  private func expectWhole(_ dray: Dray, _ server: ScriptedServer, _ reference: String) async throws {
    server.removeRules()
    server.serve(image)
    let lines = try await dray.shell(
      "$DRAY pull -q --plain-http --no-reuse -o whole.tar $IMAGE && cmp whole.tar app_1.tar && echo equal; rm whole.tar",
      ["IMAGE": reference])
    #expect(lines == ["whole.tar", "equal"])
    #expect(dray.files == ["app_1.tar"])
  }

  @Test("T022: SIGKILL at a random point costs at most 4 MiB a connection", arguments: 1...12)
  func anywhere(seed: Int) async throws {
    var random = SeededRandom(seed: UInt64(seed))
    // From the first, second or third request for a layer on each stops at a byte of its own, and the program is killed
    // when one stands there.
    let stops = (0..<8).map { _ in Int64.random(in: 0..<(2 * mebibyte), using: &random) }
    let free = Int.random(in: 0...2, using: &random)
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      let gate = Gate()
      let requests = Mutex(0)
      for layer in image.layers {
        server.on("/v2/team/app/blobs/\(layer.digest)") { request in
          let number = requests.withLock { count in
            count += 1
            return count
          }
          let reply = Reply.blob(layer.body, for: request)
          return number > free ? reply.hold(after: stops[number % stops.count], at: gate) : reply
        }
      }
      server.on("/held") { _ in
        await gate.arrivals()
        return Reply()
      }
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let lines = try await dray.shell(
          """
          $DRAY pull -q --plain-http --connections 2 $IMAGE & pid=$!
          ask $PORT /held
          kill -9 $pid; wait $pid; echo $?
          """, ["IMAGE": reference, "PORT": "\(server.port)"])
        #expect(lines == ["137"], "seed \(seed)")
        let part = try Data(contentsOf: URL(filePath: dray.folder.appending("app_1.tar.part").string))
        server.removeRules()
        server.serve(image)
        let ended = try await dray.run(["pull", "--json", "--plain-http", "--connections", "2", reference])
        #expect(ended.code == 0, "seed \(seed): \(ended.errors)")
        let had = bytes(part, of: try Data(contentsOf: URL(filePath: dray.folder.appending("app_1.tar").string)))
        let fetched = try #require(ended.bytesFetched)
        #expect(fetched <= layers - had + 2 * 4 * mebibyte, "seed \(seed): it had \(had) and fetched \(fetched)")
        try await expectWhole(dray, server, reference)
      }
    }
  }

  @Test(
    "T023: SIGKILL right before the renaming, and right behind it, costs no request for a layer",
    arguments: [
      ("-P app_1.tar -e inject=rename,renameat,renameat2", ["app_1.tar.part", "app_1.tar.part.journal"]),
      ("-P app_1.tar.part.journal -e inject=unlink,unlinkat", ["app_1.tar", "app_1.tar.part.journal"]),
    ])
  func atTheEnd(injection: String, left: [String]) async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let lines = try await dray.shell(
          "strace -f -qq -o /dev/null \(injection):signal=SIGKILL $DRAY pull -q --plain-http $IMAGE; echo $?",
          ["IMAGE": reference])
        #expect(lines == ["137"])
        #expect(dray.files == left)
        server.removeRules()
        server.serveManifest(image.manifest)
        server.serve(image.config)
        let ended = try await dray.run(["pull", "-q", "--plain-http", "--no-reuse", reference])
        #expect(ended.code == 0, "\(ended.errors)")
        try await expectWhole(dray, server, reference)
      }
    }
  }

  @Test("T051: two pulls copy from one folder of archives; one is killed at random, twenty times, and nothing is lost")
  func sharedFolder() async throws {
    try await ScriptedServer.run { server in
      server.serve(image, tag: "1")
      server.serveManifest(image.manifest, tag: "2")
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app"
        #expect(try await dray.run(["pull", "-q", "--plain-http", "\(reference):1", "-o", "old.tar"]).code == 0)
        // From here on no layer may be asked for.
        server.removeRules()
        for tag in ["1", "2"] { server.serveManifest(image.manifest, tag: tag) }
        server.serve(image.config)
        let lines = try await dray.shell(
          """
          RANDOM=51; mkdir shared; mv old.tar shared/; before=$(sha256sum shared/old.tar)
          pull() { $DRAY pull -q --plain-http --reuse shared/ --no-wait $IMAGE:$1 -o $2 > /dev/null 2>> errors; }
          for round in {1..20}; do
            rm -f a.tar* b.tar*
            $DRAY pull -q --plain-http --reuse shared/ $IMAGE:1 -o a.tar > /dev/null 2>&1 & first=$!
            pull 2 b.tar & second=$!
            for ((spin = RANDOM % 3000; spin > 0; spin--)); do :; done
            kill -9 $first 2> /dev/null
            wait $second || echo "round $round: $?"
            wait $first
            pull 1 a.tar || echo "round $round again: $?"
            cmp <(tar xOf a.tar --wildcards 'blobs/*') <(tar xOf b.tar --wildcards 'blobs/*') || echo "round $round differs"
          done
          [ "$before" = "$(sha256sum shared/old.tar)" ] && echo kept
          cat errors; rm -rf shared a.tar b.tar
          """, ["IMAGE": reference])
        #expect(lines == ["kept"])
      }
    }
  }
}
