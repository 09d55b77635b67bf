import ScriptedServer
import Testing

/// The real program on a real terminal: tmux keeps the screen.
@Suite("On a terminal")
struct TerminalTests {
  private let image = ImageFixture(layers: [2_000_000, 300_000, 310_000, 320_000, 330_000], seed: 83)

  /// A server that holds all layers in their beginning until they are let go: the first one, or the others.
  private func serve(_ server: ScriptedServer, first: Gate, others: Gate) {
    let manifest = image.manifest
    server.on(
      "/v2/team/app/manifests/1",
      reply: .manifest(manifest).header("Warning", #"299 - "this repository moves to another registry soon""#))
    server.serve(image.config)
    for (index, layer) in image.layers.enumerated() {
      if index == 1 {
        server.on(
          "/v2/team/app/blobs/\(layer.digest)", times: 1,
          reply: .registryError(503, "UNAVAILABLE", "come again"))
      }
      server.on("/v2/team/app/blobs/\(layer.digest)") {
        .blob(layer.body, for: $0).hold(after: 1_000, at: index == 0 ? first : others)
      }
    }
  }

  @Test(
    "T083: on a terminal, lines of the log and warnings stand whole above the progress, which stands once",
    arguments: [120, 44])
  func log(columns: Int) async throws {
    try await ScriptedServer.run { server in
      let (first, others) = (Gate(), Gate())
      serve(server, first: first, others: others)
      server.on("/others") { _ in
        others.open()
        return Reply()
      }
      server.on("/first") { _ in
        first.open()
        return Reply()
      }
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          screen() { tmux -S tmux capture-pane -p -J -S -; }
          trap 'tmux -S tmux kill-server' EXIT
          until_seen() {
            for try in {1..3000}; do
              [ "$(screen | grep -c -- "$1")" -lt $2 ] || return 0
              sleep 0.02
            done
            screen >&2; exit 1
          }
          tmux -u -S tmux -f /dev/null new-session -d -x $WIDTH -y 30 \\
            "$DRAY pull -v --plain-http --connections 3 $IMAGE; echo ended \\$?; exec cat" || exit 1
          until_seen '^total ' 1
          ask $PORT /others
          until_seen /blobs/ 6
          until_seen '^5 of 6 done' 1
          screen
          echo ====
          ask $PORT /first
          until_seen '^ended ' 1
          screen
          """,
          ["IMAGE": "\(server.authority)/team/app:1", "PORT": "\(server.port)", "WIDTH": "\(columns)"])
        let screens = lines.filter { !$0.isEmpty }.split(separator: "====").map(Array.init)
        try #require(screens.count == 2, "\(lines)")
        // As long as it goes on, the progress stands once, below the lines.
        expectWhole(screens[0].dropLast(3), requestsAtLeast: 7)
        let progress = screens[0].suffix(3).map { $0.prefix { $0 != "[" } }
        let name = image.layers[0].digest.dropFirst("sha256:".count).prefix(12)
        #expect(progress == ["\(name) ", "5 of 6 done", "total        "], "\(screens[0])")
        expectWhole(screens[1].dropLast(4), requestsAtLeast: 8)
        #expect(screens[1].suffix(4).first?.hasPrefix("Done: 3.3 MB in ") == true)
        #expect(screens[1].suffix(3) == ["To load it: docker load -i app_1.tar", "app_1.tar", "ended 0"])
      }
    }
  }
  /// Every line is one that the program says, from its beginning to its end.
  private func expectWhole(_ lines: ArraySlice<String>, requestsAtLeast requests: Int) {
    let known: [Regex<Substring>] = [
      /warning: 127\.0\.0\.1:\d+ says: this repository moves to another registry soon/,
      /Pulling 127\.0\.0\.1:\d+\/team\/app:1 for linux\/amd64: 3\.3 MB in 6 blobs/,
      /Manifest: sha256:[0-9a-f]{64}/, /sha256:[0-9a-f]{64}: [0-9.]+ k?M?B, fetched/,
    ]
    let request =
      /GET http:\/\/127\.0\.0\.1:\d+\/v2\/team\/app\/(manifests\/1|blobs\/sha256:[0-9a-f]{64}): (200|206|503), (aborted after )?[0-9.]+ k?M?B, \d+ ms/
    #expect(lines.filter { $0.wholeMatch(of: request) != nil }.count >= requests, "\(lines)")
    for line in lines where line.wholeMatch(of: request) == nil {
      #expect(known.contains { line.wholeMatch(of: $0) != nil }, "\(line)")
    }
  }
}
