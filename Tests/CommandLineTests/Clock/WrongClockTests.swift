import ScriptedServer
import Testing

/// The real program under a wrong clock, by Debian's `faketime`: it changes what every call for the time says.
///
/// Its wrapper prepares the environment. Where its library is only preloaded, it changes the environment after the start,
/// and Swift then finds no arguments.
@Suite("A clock that is wrong")
struct WrongClockTests {
  /// Days, as `faketime` takes them: ten years.
  private static let tenYears = ["-3653d", "+3653d"]

  private func serving(
    _ image: ImageFixture, _ body: (ScriptedServer, TestAuthority) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(.good)) { server in
        server.protect(image) { token, _ in token == "t" }
        server.giveTokens { _ in .token("t", lifetime: 300) }
        try await body(server, authority)
      }
    }
  }

  @Test(
    "T087: ten years off, the certificate's time is wrong: class tls, with a word about the clock", arguments: tenYears)
  func certificate(offset: String) async throws {
    try await serving(ImageFixture(layers: [100_000], seed: 87)) { server, authority in
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          faketime -m -f $OFFSET $DRAY pull --ca-cert $CA $IMAGE 2> errors; echo $?
          cat errors; rm errors
          """, ["OFFSET": offset, "IMAGE": "\(server.authority)/team/app:1", "CA": authority.certificateFile])
        #expect(lines.first == "14")
        let text = lines.joined(separator: "\n")
        #expect(text.contains("error[tls]: "), "\(text)")
        #expect(text.contains(offset.hasPrefix("-") ? "is valid only from" : "expired on"), "\(text)")
        #expect(text.contains("hint: check this machine's clock"), "\(text)")
        #expect(server.requests.isEmpty)
        #expect(dray.files.isEmpty)
      }
    }
  }

  @Test("T087: ten years off, a pull without TLS ends well, by one token", arguments: tenYears)
  func token(offset: String) async throws {
    let image = ImageFixture(layers: Array(repeating: 50_000, count: 8), seed: 870)
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { _ in .token("t", lifetime: 300) }
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          "faketime -m -f $OFFSET $DRAY pull -q $IMAGE; echo $?",
          ["OFFSET": offset, "IMAGE": "\(server.authority)/team/app:1"])
        #expect(lines == ["app_1.tar", "0"])
        #expect(server.requests("/service/token").count == 1)
        #expect(dray.files == ["app_1.tar"])
      }
    }
  }

  @Test(
    "T087: a clock that jumps an hour in the middle of a pull over TLS costs no second token",
    arguments: ["+3600s", "-3600s"])
  func jump(by step: String) async throws {
    let image = ImageFixture(layers: Array(repeating: 200_000, count: 6), seed: 871)
    try await serving(image) { server, authority in
      let gate = Gate()
      // Whichever layer is asked for first stands still in its middle.
      let held = Rule("GET", "/v2/team/app/blobs/*") { request in
        let layer = image.layers.first { request.path.hasSuffix($0.digest) }
        guard let layer else { return Reply(404) }
        return .blob(layer.body, for: request).hold(after: 1_000, at: gate)
      }
      server.addFirst(
        held.when { request in
          request.bearerToken == "t" && image.layers.contains { request.path.hasSuffix($0.digest) }
        }.once)
      try await ScriptedServer.run { control in
        control.on("/held") { _ in
          await gate.arrivals()
          return Reply()
        }
        control.on("/jumped") { _ in
          gate.open()
          return Reply()
        }
        try await Dray.scene { dray in
          let lines = try await dray.shell(
            """
            export FAKETIME_TIMESTAMP_FILE=$PWD/clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
            at_clock() { faketime -m -f +0s env -u FAKETIME "$@"; }
            echo +0s > clock
            at_clock $DRAY pull -q --connections 1 --ca-cert $CA $IMAGE & pid=$!
            ask $PORT /held
            echo $STEP > next; mv next clock
            echo $((($(at_clock date +%s) - $(date +%s)) / 1000))
            ask $PORT /jumped
            wait $pid; echo $?
            rm clock
            """,
            [
              "STEP": step, "PORT": "\(control.port)", "IMAGE": "\(server.authority)/team/app:1",
              "CA": authority.certificateFile,
            ])
          #expect(lines == [step.hasPrefix("+") ? "3" : "-3", "app_1.tar", "0"])
          #expect(server.requests("/service/token").count == 1)
          let served = server.requests.filter { request in
            request.bearerToken != nil && image.layers.contains { request.path.hasSuffix($0.digest) }
          }
          #expect(served.count == 6)
          #expect(dray.files == ["app_1.tar"])
        }
      }
    }
  }
}
