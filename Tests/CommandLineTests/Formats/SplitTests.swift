import ScriptedServer
import Testing

@Suite("Pulls into volumes")
struct SplitTests {
  private let image = ImageFixture(layers: [5 << 20, 4 << 20], seed: 9)

  @Test("Volumes have the size, join to the archive, and pass sha256sum; the first one's name is printed")
  func volumes() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let pulled = try await dray.run(["pull", "--plain-http", "--split", "2M", "-o", "x.tar", reference])
        #expect(pulled.code == 0, "\(pulled.errors)")
        #expect(pulled.output == "x.tar.001\n")
        let whole = try await dray.run(["pull", "--plain-http", "-o", "whole.tar", "--no-reuse", reference])
        #expect(whole.code == 0, "\(whole.errors)")
        let lines = try await dray.shell(
          "sha256sum -c --quiet x.tar.sha256 && cat x.tar.0* | cmp - whole.tar && echo equal; stat -c %s x.tar.002; ls")
        #expect(
          lines == ["equal", "2097152"] + ["whole.tar"] + (1...5).map { "x.tar.00\($0)" } + ["x.tar.sha256"])
        let before = server.requests.count
        let again = try await dray.run(["pull", "--plain-http", "--split", "2M", "-o", "x.tar", reference])
        #expect(again.code == 0, "\(again.errors)")
        #expect(
          !server.requests.dropFirst(before).contains { request in
            image.layers.contains { request.path.hasSuffix($0.digest) }
          })
      }
    }
  }

  @Test("A pull that was killed goes on from the volumes' unfinished files")
  func resumes() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let lines = try await dray.shell(
          """
          $DRAY pull -q --plain-http --limit-rate 3M --split 2M -o x.tar $IMAGE 2> /dev/null & journaled $!
          kill -9 $!; wait $! 2> /dev/null
          ls
          """, ["IMAGE": reference])
        #expect(lines == ["x.tar.001.part", "x.tar.001.part.journal"] + (2...5).map { "x.tar.00\($0).part" })
        let before = server.requests.reduce(0) { $0 + $1.bodyBytesSent }
        let pulled = try await dray.run(["pull", "--plain-http", "--split", "2M", "-o", "x.tar", reference])
        #expect(pulled.code == 0, "\(pulled.errors)")
        #expect(server.requests.reduce(0) { $0 + $1.bodyBytesSent } - before < 9 << 20)
        let checked = try await dray.shell("sha256sum -c --quiet x.tar.sha256 && ls | wc -l")
        #expect(checked == ["6"])
      }
    }
  }

  @Test("A size that makes no sense is refused, and so is a stream")
  func refused() async throws {
    try await Dray.scene { dray in
      for options in [
        ["--split", "4 GB"], ["--split", "1"], ["--split", "4G", "-o", "-"], ["--layers", "gzip", "-o", "-"],
      ] {
        let ended = try await dray.run(["pull", "nginx"] + options)
        #expect(ended.code == 2)
      }
    }
  }
}
