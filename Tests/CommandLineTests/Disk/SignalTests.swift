import ScriptedServer
import Testing

private let mebibyte: Int64 = 1 << 20

@Suite("Signals in the middle of a pull")
struct SignalTests {
  private let image = ImageFixture(layers: [8 << 20, 8 << 20], seed: 52)

  /// A server that holds two requests for layers at 2 MiB; /held answers when both stand there.
  private func serveHeld(_ server: ScriptedServer) {
    server.serveManifest(image.manifest)
    server.serve(image.config)
    let gate = Gate()
    for layer in image.layers {
      server.on("/v2/team/app/blobs/\(layer.digest)", times: 1) {
        .blob(layer.body, for: $0).hold(after: 2 * mebibyte, at: gate)
      }
      server.serve(layer)
    }
    server.on("/held") { _ in
      await gate.arrivals(2)
      return Reply()
    }
    server.on("/dropped") { [weak server] _ in
      server?.dropConnections()
      return Reply()
    }
  }

  @Test("T052: a second SIGINT ends the program while it saves; what it had is not fetched again")
  func twice() async throws {
    try await ScriptedServer.run { server in
      serveHeld(server)
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let lines = try await dray.shell(
          """
          $DRAY pull -q --plain-http --connections 2 $IMAGE & pid=$!
          ask $PORT /held; journaled $pid
          kill -INT $pid; kill -INT $pid; wait $pid; echo $?
          """, ["IMAGE": reference, "PORT": "\(server.port)"])
        #expect(lines == ["130"])
        #expect(dray.files == ["app_1.tar.part", "app_1.tar.part.journal"])
        let again = try await dray.run(["pull", "--plain-http", "--json", "--connections", "1", reference])
        #expect(again.code == 0)
        // What came since the last record of a connection, less than a megabyte each, is saved by the first signal, or
        // by none.
        #expect(try #require(again.bytesFetched) <= 12 * mebibyte + 3 * mebibyte)
      }
    }
  }

  // `wait -f`: SIGCONT is told to the shell only when the program runs again, and until then a plain `wait` takes the
  // stop for the end.
  @Test("T088: a pull that is stopped, and goes on when its connections are gone, ends well")
  func suspended() async throws {
    try await ScriptedServer.run { server in
      serveHeld(server)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          $DRAY pull --json --plain-http --connections 2 --stall-timeout 1 $IMAGE > said 2> errors & pid=$!
          ask $PORT /held
          both() { [ $(grep -s '^have .* 8388608 ' *.journal | cut -d ' ' -f 2 | sort -u | wc -l) = 2 ]; }
          until both || ! alive $pid; do sleep 0.01; done
          kill -STOP $pid
          ask $PORT /dropped
          sleep 3 # longer than the program would wait for a byte
          kill -CONT $pid; wait -f $pid; echo $?; cat errors; tail -1 said
          """, ["IMAGE": "\(server.authority)/team/app:1", "PORT": "\(server.port)"])
        #expect(lines.first == "0" && lines.count == 2, "\(lines)")
        // What came since the last record of a connection, less than a megabyte each, is lost with it.
        let fetched = BytesFetched(lines)
        #expect(fetched.each.count == 1)
        #expect(fetched.all <= 16 * mebibyte + 3 * mebibyte, "what had come is not fetched again")
      }
    }
  }
}
