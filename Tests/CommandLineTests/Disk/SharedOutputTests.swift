import ScriptedServer
import Testing

@Suite("Two processes with one output")
struct SharedOutputTests {
  @Test("T050: started together, twenty times: both end well, and the image is fetched once")
  func together() async throws {
    let image = ImageFixture(layers: [3 << 20, 1 << 20], seed: 50)
    let layers = image.layers.reduce(0) { $0 + $1.size }
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          for round in {1..20}; do
            rm -f app_1.tar
            $DRAY pull --json --plain-http $IMAGE > first 2>> errors & first=$!
            $DRAY pull --json --plain-http $IMAGE > second 2>> errors & second=$!
            wait $first || echo "round $round: $?"
            wait $second || echo "round $round: $?"
            sha256sum < app_1.tar >> sums; tail -qn 1 first second >> ends
            ls | grep -v -x -e first -e second -e errors -e sums -e ends >> names
            rm -f names.old
          done
          sort -u sums | wc -l; grep -c '"path":"app_1.tar"' ends; sort -u names; cat errors
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(lines == ["1", "40", "app_1.tar", "names"])
        let fetched = BytesFetched(try await dray.shell("cat ends"))
        #expect(fetched.each.count == 40)
        // What one has fetched, the other finds.
        #expect(fetched.all < 20 * layers + layers)
      }
    }
  }
}
