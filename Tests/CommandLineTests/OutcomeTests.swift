import CLibrary
import ScriptedServer
import SystemPackage
import Testing
import WatchedPrograms

@Suite("What the command leaves")
struct OutcomeTests {
  private let image = ImageFixture(layers: [6 << 20, 5 << 20], seed: 5)

  @Test("the file, its path on standard output, and how to load it on standard error")
  func finished() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "app_1.tar\n")
        #expect(ended.errors.contains("docker load -i app_1.tar"))
        #expect(!ended.errors.contains("\u{1b}"), "T083: no escape sequences without a terminal")
        #expect(dray.files == ["app_1.tar"])
        let quiet = try await dray.run(["pull", "--quiet", "\(server.authority)/team/app:1"])
        #expect(quiet.output == "app_1.tar\n")
        #expect(quiet.errors.isEmpty)
      }
    }
  }

  @Test("several references: all are tried, the first failure's code is the command's")
  func several() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      server.on("/v2/team/app/manifests/2", reply: Reply(404))
      server.on("/v2/team/app/manifests/3", reply: Reply(403))
      try await Dray.scene { dray in
        let names = ["2", "3", "1"].map { "\(server.authority)/team/app:\($0)" }
        let ended = try await dray.run(["pull", "--plain-http"] + names)
        #expect(ended.code == 13)
        #expect(dray.files == ["app_1.tar"])
      }
    }
  }

  @Test("-o - writes the archive to standard output, the same bytes, and nothing else")
  func standardOutput() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let script =
          "'\(Dray.path)' pull --plain-http '\(reference)' -o - > piped.tar && '\(Dray.path)' pull -q --plain-http '\(reference)' && cmp piped.tar app_1.tar"
        let result = try await WatchedProgram.run("sh", ["-c", script], in: dray.folder)
        #expect(result.isSuccess, "\(result.errors)")
        #expect(result.output == "app_1.tar\n")
      }
    }
  }

  @Test("T081: who reads standard output may go away")
  func brokenPipe() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let script =
          "('\(Dray.path)' pull --plain-http '\(server.authority)/team/app:1' -o - 2> errors; echo $? > code) | head -c 1 > /dev/null; cat code"
        let result = try await WatchedProgram.run("sh", ["-c", script], in: dray.folder)
        #expect(result.output == "141\n")
        #expect(dray.files == ["code", "errors"])
      }
    }
  }

  @Test("T081: closed standard streams are no reason to fail")
  func closedStreams() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let command = "'\(Dray.path)' pull --plain-http '\(server.authority)/team/app:1'"
        for closing in ["2>&-", "1>&- 2>&-"] {
          let result = try await WatchedProgram.run(
            "sh", ["-c", "\(command) \(closing); code=$?; rm -f app_1.tar.part; exit $code"], in: dray.folder)
          #expect([0, 141].contains(result.code))
          #expect(dray.files == ["app_1.tar"])
        }
      }
    }
  }

  @Test("T082: a stream that fails ends without end-of-archive blocks")
  func brokenStream() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      for layer in image.layers {
        server.on("/v2/team/app/blobs/\(layer.digest)") { request in
          .blob(ReplyBody(layer.bytes), for: request).with { $0.flippedByte = 5 }
        }
      }
      try await Dray.scene { dray in
        let script =
          "'\(Dray.path)' pull --plain-http '\(server.authority)/team/app:1' -o - > piped.tar 2> errors; echo $?; tail -c 1024 piped.tar | tr -d '\\0' | wc -c"
        let result = try await WatchedProgram.run("sh", ["-c", script], in: dray.folder)
        let lines = result.output.split(separator: "\n")
        #expect(lines.first == "20")
        #expect(lines.last.flatMap { Int($0) } ?? 0 > 0)
      }
    }
  }

  @Test(
    "T052: a signal ends the pull with its code; nothing stands under the final name, and the command goes on",
    arguments: [("INT", 130), ("TERM", 143), ("HUP", 129)])
  func signals(name: String, code: Int) async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      for layer in image.layers {
        server.on("/v2/team/app/blobs/\(layer.digest)", times: 1) { request in
          .blob(ReplyBody(layer.bytes), for: request).with { $0.cut = (3 << 20, .stall) }
        }
        server.serve(layer)
      }
      try await Dray.scene { dray in
        let command = "'\(Dray.path)' pull --plain-http '\(server.authority)/team/app:1' --connections 2"
        // Waits until the journal tells of bytes, not for a time.
        let script = """
          set -m # else a shell's background command ignores SIGINT
          \(command) 2> errors & pid=$!
          until grep -q '^have' app_1.tar.part.journal 2>/dev/null; do :; done
          kill -\(name) $pid; wait $pid; echo $?
          """
        let result = try await WatchedProgram.run("bash", ["-c", script], in: dray.folder)
        #expect(result.output == "\(code)\n")
        #expect(dray.files == ["app_1.tar.part", "app_1.tar.part.journal", "errors"])
        let ended = try await dray.run(["pull", "--plain-http", "\(server.authority)/team/app:1"])
        #expect(ended.code == 0)
        #expect(dray.files == ["app_1.tar", "errors"])
      }
    }
  }

  @Test("T091: unfinished files are their owner's alone, the finished one follows the umask")
  func modes() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let script =
          "umask 000; '\(Dray.path)' pull -q --plain-http '\(server.authority)/team/app:1'; stat -c %a app_1.tar"
        let result = try await WatchedProgram.run("sh", ["-c", script], in: dray.folder)
        #expect(result.output == "app_1.tar\n666\n")
      }
    }
  }

  private static let tooLarge = [
    ImageFixture(layers: [6 << 20]), ImageFixture(layers: .init(repeating: 250_000, count: 20)),
  ]

  @Test(
    "T047: a disk that is too small is known before the first byte of a layer, small ones that come early included",
    .enabled(if: getuid() == 0, "needs root"), arguments: tooLarge.indices)
  func smallDisk(index: Int) async throws {
    let image = Self.tooLarge[index]
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      try await Dray.scene { dray in
        let script = """
          mkdir disk && mount -t tmpfs -o size=4m tmpfs disk || exit 99
          '\(Dray.path)' pull --plain-http '\(server.authority)/team/app:1' -o disk/ 2> errors; echo $?; ls disk
          umount disk; cat errors
          """
        let result = try await WatchedProgram.run("sh", ["-c", script], in: dray.folder)
        #expect(result.output.hasPrefix("30\n"))
        #expect(result.output.contains("error[local-io]"))
        #expect(!result.output.contains(".part\n"))
      }
    }
  }

  @Test("T092: names are safe for a file system")
  func names() async throws {
    try await ScriptedServer.run { server in
      server.serve(image, repository: "team/con")
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "--plain-http", "\(server.authority)/team/con:1"])
        #expect(ended.code == 0)
        #expect(dray.files == ["con_1.tar"])
        for name in ["../../x", "a//b", "-rf", String(repeating: "a", count: 300)] {
          let refused = try await dray.run(["pull", "--", name])
          #expect(refused.code == 2)
        }
      }
    }
  }

  @Test(
    "T049: a read-only folder is an error before any request",
    .enabled(if: getuid() != 0, "needs a user beside root, whom modes of folders bind"))
  func readOnlyFolder() async throws {
    try await ScriptedServer.run { server in
      try await Dray.scene { dray in
        mkdir(dray.folder.appending("locked").string, 0o500)
        let ended = try await dray.run(["pull", "--plain-http", "\(server.authority)/team/app:1", "-o", "locked/"])
        #expect(ended.code == 30)
        #expect(server.requests.isEmpty)
      }
    }
  }
}
