import FoundationEssentials
import HandmadeTar
import ScriptedServer
import SystemPackage
import Testing

/// What people type and paste, and the lists and archives that they have, through the command.
@Suite("What people type, and the files that they have")
struct PastedNameTests {
  private func write(_ text: String, _ name: String, in dray: Dray) throws {
    try write(Array(text.utf8), name, in: dray)
  }

  private func write(_ bytes: [UInt8], _ name: String, in dray: Dray) throws {
    try Data(bytes).write(to: URL(filePath: dray.folder.appending(name).string))
  }

  // MARK: T145

  @Test("T145: characters that nobody sees are shown, and the name without them is proposed")
  func invisible() async throws {
    try await Dray.scene { dray in
      let ended = try await dray.run(["pull", "h.io/app:1\u{200B}"])
      #expect(ended.code == 2)
      #expect(ended.errors.contains("h.io/app:1\\u{200B}"), "\(ended.errors)")
      #expect(ended.errors.contains("probably meant: h.io/app:1\n"), "\(ended.errors)")
    }
  }

  @Test("T145: the name of an archive given to pull leads to load and inspect")
  func archiveToPull() async throws {
    try await Dray.scene { dray in
      try write("", "app_1.tar", in: dray)
      let ended = try await dray.run(["pull", "app_1.tar"])
      #expect(ended.code == 2)
      #expect(ended.errors.contains("dray load app_1.tar"), "\(ended.errors)")
    }
  }

  @Test("T145: a file that has the name of an image leads to the image's full name", arguments: ["inspect", "ls"])
  func fileOfThatName(_ command: String) async throws {
    try await Dray.scene { dray in
      try write("#!/bin/sh\n", "app", in: dray)
      let ended = try await dray.run([command, "app"] + (command == "ls" ? ["/etc"] : []))
      #expect(ended.code == 2)
      #expect(ended.errors.contains("docker.io/library/app"), "\(ended.errors)")
    }
  }

  @Test("T145: a name with an IPv6 address is pulled, with a word about --as")
  func ipv6() async throws {
    try await Dray.scene { dray in
      // Nobody listens there; the word comes first.
      let ended = try await dray.run(["pull", "[::1]:1/app:1", "--plain-http"])
      #expect(ended.errors.contains("--as NAME:TAG"), "\(ended.errors)")
      let other = try await dray.run(["pull", "[::1]:1/app:1", "--as", "app:1", "--plain-http"])
      #expect(!other.errors.contains("--as NAME:TAG"), "\(other.errors)")
    }
  }

  // MARK: T146

  @Test("T146: a compose file gets the variables of the .env beside it, those of the environment first")
  func environmentFile() async throws {
    let image = ImageFixture(layers: [2_000], seed: 146)
    try await ScriptedServer.run { server in
      for tag in ["1", "2", "3"] { server.serve(image, tag: tag) }
      let name = "\(server.authority)/team/app"
      try await Dray.scene { dray in
        var dray = dray
        dray.environment = ["TAG_B": "2"]
        try FileManager.default.createDirectory(
          at: URL(filePath: dray.folder.appending("shop").string), withIntermediateDirectories: false)
        try write("TAG_A=1\nTAG_B=9\nTAG_C=\"3\" # newest\n", "shop/.env", in: dray)
        try write(
          "services:\n  a: {image: '\(name):${TAG_A}'}\n  b: {image: '\(name):${TAG_B}'}\n  c: {image: '\(name):$TAG_C'}\n",
          "shop/compose.yaml", in: dray)
        let ended = try await dray.run(
          ["pull", "--from-file", "shop/compose.yaml", "-o", "all.tar", "--plain-http", "--lock", "lock"])
        #expect(ended.code == 0, "\(ended.errors)")
        let lock = try String(contentsOf: URL(filePath: dray.folder.appending("lock").string), encoding: .utf8)
        for tag in ["1", "2", "3"] { #expect(lock.contains("team/app:\(tag)@"), "\(lock)") }
      }
    }
  }

  @Test("T146: a fault in an .env is told with its line, and without the line's text")
  func malformedEnvironmentFile() async throws {
    try await Dray.scene { dray in
      try write("A=1\nmy canary-word is here\n", ".env", in: dray)
      try write("services:\n  a:\n    image: h.io/app:$A\n", "compose.yaml", in: dray)
      let ended = try await dray.run(["pull", "--from-file", "compose.yaml", "-o", "all.tar"])
      #expect(ended.code == 2)
      #expect(ended.errors.contains("'.env', line 2"), "\(ended.errors)")
      #expect(!ended.errors.contains("canary-word"))
    }
  }

  @Test("T146: the values of a Helm chart are read, and what may be an image is told with its line")
  func helmValues() async throws {
    let image = ImageFixture(layers: [2_000], seed: 147)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        try write(
          """
          image:
            registry: \(server.authority)
            repository: team/app
            tag: 1
          sidecarImage: h.io/side:1
          other:
            image:
              repository: h.io/other

          """, "values.yaml", in: dray)
        let ended = try await dray.run(["pull", "--from-file", "values.yaml", "-o", "all.tar", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.errors.contains("'values.yaml', line 5: 'sidecarImage'"), "\(ended.errors)")
        #expect(ended.errors.contains("'values.yaml', line 8: the image 'h.io/other' has no tag"), "\(ended.errors)")
        let shown = try await dray.run(["inspect", "all.tar"])
        #expect(shown.output.contains("\(server.authority)/team/app:1"))
      }
    }
  }

  // MARK: T147

  private func tar(_ names: [String]) -> [UInt8] {
    var writer = TarWriter()
    for name in names { writer.member(name, content: Array("{}".utf8)) }
    writer.end()
    return writer.bytes
  }

  @Test(
    "T147: what docker export and docker 1.9 write is told for what it is, with what to do",
    arguments: ["inspect", "verify", "load"])
  func otherTars(_ command: String) async throws {
    let rows: [([String], [String])] = [
      (["bin/sh", "etc/passwd", ".dockerenv"], ["docker export", "docker import", "docker save"]),
      (["etc/hosts", "app"], ["docker export"]),
      (["aa/VERSION", "aa/json", "aa/layer.tar", "repositories"], ["before Docker 1.10", "docker load"]),
      (["my image/oci-layout", "my image/index.json"], ["'my image'", "tar -xf"]),
      (["a", "b"], ["is not an image archive"]),
    ]
    for (names, words) in rows {
      try await Dray.scene { dray in
        try write(tar(names), "x.tar", in: dray)
        let ended = try await dray.run([command, "x.tar"] + (command == "load" ? ["--to", "docker"] : []))
        #expect(ended.code == 2, "\(ended.errors)")
        for word in words { #expect(ended.errors.contains(word), "\(ended.errors)") }
      }
    }
  }
}
