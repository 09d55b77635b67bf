import ScriptedServer
import Testing

@Suite("Conversions into a layout that a pull is filling")
struct LayoutConversionTests {
  private let image = ImageFixture(layers: [6 << 20, 5 << 20], seed: 30)

  /// `whole.tar` is the image; `bad.tar` has wrong bytes in its first layer; a pull into `images` was killed on its way.
  private static let interrupted = """
    pull() { $DRAY pull --plain-http $IMAGE "$@"; }
    fetched() { pull --json --layout images | grep -o '"bytesFetched":[0-9]*' | tail -1 | cut -d: -f2; }
    pull -q -o whole.tar; cp whole.tar bad.tar; printf wrong | dd of=bad.tar bs=1M seek=3 conv=notrunc status=none
    $DRAY pull -q --plain-http --limit-rate 3M --layout images $IMAGE 2> /dev/null &
    until grep -qs '^have' images/blobs/sha256/.*.journal || ! alive $!; do sleep 0.01; done
    kill -9 $!; wait $! 2> /dev/null

    """

  private func scene(_ script: String, _ check: ([String]) throws -> Void) async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        try check(
          try await dray.shell(
            Self.interrupted + script,
            [
              "IMAGE": "\(server.authority)/team/app:1", "LAYER": String(image.layers[0].digest.dropFirst(7)),
            ]))
      }
    }
  }

  @Test("What an interrupted pull has of a blob stays where the conversion fails, and the pull goes on from it")
  func fails() async throws {
    let script = """
      held() { sha256sum images/blobs/sha256/.$LAYER.part images/blobs/sha256/.$LAYER.part.journal; }
      held > before
      $DRAY convert bad.tar -o images --format layout 2> /dev/null; echo $?
      held > after; cmp before after && echo same; fetched; find images -name '.*'; $DRAY verify ./images > /dev/null
      """
    try await scene(script) { lines in
      #expect(lines.count == 4 && lines.prefix(3) == ["whole.tar", "20", "same"], "\(lines)")
      let fetched = try #require(lines.last.flatMap { Int($0) })
      #expect(fetched < 11 << 20, "\(fetched) bytes were fetched again")
    }
  }

  @Test("Once the conversion has brought all blobs, nothing is fetched, and nothing unfinished is left of the pull")
  func succeeds() async throws {
    let script = """
      $DRAY convert -q whole.tar -o images --format layout; find images -name '.*'; fetched
      $DRAY verify ./images > /dev/null; echo $?
      """
    try await scene(script) { #expect($0 == ["whole.tar", "images", "0", "0"], "\($0)") }
  }

  @Test("Where others have brought the blobs, the next pull removes what an earlier one left of them")
  func others() async throws {
    let script = """
      mkdir other; tar -xf whole.tar -C other; cp other/blobs/sha256/* images/blobs/sha256; fetched
      find images -name '.*'; $DRAY verify ./images > /dev/null; echo $?
      """
    try await scene(script) { #expect($0 == ["whole.tar", "0", "0"], "\($0)") }
  }

  @Test("Pulls and conversions into one layout at once all succeed, and lose nothing")
  func atOnce() async throws {
    let script = """
      for n in 1 2 3; do
        $DRAY convert -q whole.tar -o images --format layout --as team/app:c$n &
        $DRAY pull -q --plain-http --layout images --as team/app:p$n $IMAGE &
      done
      for job in $(jobs -p); do wait $job || echo failed; done
      grep -o 'team/app:[cp][0-9]' images/index.json | sort -u | wc -l; find images -name '.*'
      $DRAY verify ./images > /dev/null; echo $?
      """
    try await scene(script) {
      #expect($0.filter { $0 != "images" } == ["whole.tar", "6", "0"], "\($0)")
    }
  }
}
