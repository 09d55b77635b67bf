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
        let again = try await dray.run(["pull", "--plain-http", "--json", "--split", "2M", "-o", "x.tar", reference])
        #expect(again.code == 0, "\(again.errors)")
        let fetched = try #require(again.bytesFetched)
        #expect(fetched < 9 << 20, "\(fetched) bytes were fetched again")
        let checked = try await dray.shell("sha256sum -c --quiet x.tar.sha256 && ls | wc -l")
        #expect(checked == ["6"])
      }
    }
  }

  @Test("Volumes are written where permissions cannot be set and files do not grow unwritten, as on FAT")
  func withoutPermissions() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          strace -f -qq -o calls -e trace=fchmod,fallocate,ftruncate -e inject=fchmod:error=EPERM \
            -e inject=fallocate:error=EOPNOTSUPP -e inject=ftruncate:error=EPERM \
            $DRAY pull -q --plain-http --split 2M -o x.tar $IMAGE; echo $?; grep -c 'fchmod.*EPERM.*INJECTED' calls > count
          [ $(cat count) -gt 5 ] && echo met; rm calls count; sha256sum -c --quiet x.tar.sha256 && ls
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(lines == ["x.tar.001", "0", "met"] + (1...5).map { "x.tar.00\($0)" } + ["x.tar.sha256"])
      }
    }
  }

  @Test("An older archive of more volumes is whole as long as a smaller one is not, also after it goes on in vain")
  func olderArchive() async throws {
    let smaller = ImageFixture(layers: [3 << 20], seed: 12)
    try await ScriptedServer.run { server in
      server.serve(image)
      server.serveManifest(smaller.manifest, tag: "2")
      server.serve(smaller.config)
      let layer = smaller.layers[0]
      server.on("/v2/team/app/blobs/\(layer.digest)", times: 1) {
        .blob(layer.body, for: $0).reset(after: 2 << 20)
      }
      server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
      try await Dray.scene { dray in
        let address = "\(server.authority)/team/app"
        let pull = ["pull", "--plain-http", "--no-reuse", "--split", "2M", "-o", "x.tar"]
        let first = try await dray.run(pull + ["\(address):1"])
        #expect(first.code == 0, "\(first.errors)")
        let sums = try await dray.shell("sha256sum x.tar.0??")
        for _ in 0..<2 {
          let failed = try await dray.run(pull + ["\(address):2"])
          #expect(failed.code != 0)
          #expect(try await dray.shell("sha256sum x.tar.0?? && sha256sum -c --quiet x.tar.sha256") == sums)
          #expect(try await dray.shell("ls | grep -c part") == ["3"])
        }
        try await ScriptedServer.run { other in
          other.serve(smaller, tag: "2")
          let done = try await dray.run(pull + ["\(other.authority)/team/app:2"])
          #expect(done.code == 0, "\(done.errors)")
        }
        #expect(
          try await dray.shell("sha256sum -c --quiet x.tar.sha256 && ls") == ["x.tar.001", "x.tar.002", "x.tar.sha256"])
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
