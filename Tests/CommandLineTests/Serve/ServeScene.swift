import ScriptedServer
import Testing

/// `dray serve` as a process of its own, and what clients see of it.
enum ServeScene {
  /// `serve ARGUMENTS…` starts the server: `$URL` is where it answers, `$PID` its process. `$TOOL` stands before it, such as
  /// strace. `stop` ends it, and prints its exit code where that is not the one after SIGTERM.
  static let prelude = """
    serve() {
      : > served; $TOOL $DRAY serve -q --listen 127.0.0.1:0 "$@" > requests 2> served & PID=$!
      until URL=$(grep -oE 'https?://[a-z0-9.:]+$' served) || ! alive $PID; do sleep 0.01; done
      PORT=${URL##*:}
    }
    stop() { kill $PID; wait $PID; code=$?; [ $code = 143 ] || { echo "server: $code"; cat served; }; }

    """

  /// Runs a script of bash (`Dray.shell`) in a folder with `app.tar`, the image as `dray pull` wrote it.
  ///
  /// - Returns: the lines of standard output.
  static func run(
    _ script: String, image: ImageFixture, _ variables: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    try await ScriptedServer.run { server in
      server.serve(image)
      var lines: [String] = []
      try await Dray.scene { dray in
        let image = "\(server.authority)/team/app:1"
        let pulled = try await dray.run(["pull", "-q", "--plain-http", image, "-o", "app.tar"])
        #expect(pulled.code == 0, "\(pulled.errors)", sourceLocation: sourceLocation)
        lines = try await dray.shell(
          prelude + script, ["UPSTREAM": server.authority, "IMAGE": image].merging(variables) { $1 },
          sourceLocation: sourceLocation)
      }
      return lines
    }
  }
}

extension ImageFixture {
  /// For scripts: the digests of the layers, the config and the manifest.
  var variables: [String: String] {
    [
      "LAYER": layers[0].digest, "LAYERS": layers.map(\.digest).joined(separator: " "), "CONFIG": config.digest,
      "MANIFEST": manifest.digest,
    ]
  }
}
