import FoundationEssentials
import RegistryAuth
import ScriptedServer
import SystemPackage
import Testing
import WatchedPrograms

/// A canary as password, as token and in signed addresses, through every class of failure, in every form of output.
/// `Dray.run` looks for it (`SecretCheck`); these tests see to it that there is something to find.
@Suite("T041: no secret is shown or kept")
struct SecrecyTests {
  private static let forms = [["-v"], ["--debug"], ["--json"], ["--debug", "--json"], ["--quiet"]]

  @Test(
    "each kind of secret, through each class of failure, with -v, --debug and --json", arguments: KnownSecret.allCases)
  func everywhere(secret: KnownSecret) async throws {
    try await SecrecyScene.run(secret) { scene in
      // Each secret and each failure meets every form; all three of them at once would be three times the programs.
      let first = KnownSecret.allCases.firstIndex(of: secret) ?? 0
      for (number, failure) in SecretFailure.all.enumerated() {
        try await scene.run(failure, Self.forms[(first + number) % 3])
      }
    }
  }

  @Test("a key that cannot be read, a file and a helper that say nonsense, are named and not shown")
  func unreadable() async throws {
    try await SecrecyScene.run(.clientKey) { scene in
      let name = ["\(scene.registry)/team/app:1", "--ca-cert", scene.authority.certificateFile]
      for form in Self.forms {
        try await Dray.scene { dray in
          var dray = dray
          try KnownSecret.clientKey.leave(
            in: &dray, registry: scene.registry, proxy: scene.proxy, authority: scene.authority)
          try dray.write(
            "-----BEGIN PRIVATE KEY-----\ncanary\n", to: ".config/containers/certs.d/\(scene.registry)/me.key")
          let ended = try await dray.run(
            ["pull"] + name + form)
          #expect(ended.code == 14, "\(ended.errors)")
        }
      }
    }
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
      let name = ["\(server.authority)/team/app:1", "--plain-http"]
      for form in Self.forms {
        try await Dray.scene { dray in
          var dray = dray
          try dray.write(#"{"auths":{"\#(server.authority)":{"auth":"canary!"}}"#, to: "given.json")
          let file = try await dray.run(["pull", "--authfile", "given.json"] + name + form)
          #expect(file.code == 12, "\(file.errors)")
          try dray.write(
            "#!/bin/sh\necho canary; echo canary >&2; exit 1\n", to: "bin/docker-credential-x", isProgram: true)
          try dray.write(#"{"credsStore":"x"}"#, to: ".docker/config.json")
          dray.environment["PATH"] = "\(dray.folder)/bin:/usr/bin:/bin"
          let helper = try await dray.run(["pull"] + name + form)
          #expect(helper.code == 12, "\(helper.errors)")
        }
      }
    }
  }

  @Test("a password in the environment, in an address that is no reference, and in a stored login")
  func otherWays() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
      for form in Self.forms {
        try await Dray.scene { dray in
          for text in [
            "https://me:canary-userinfo@h.example/a:1?x=canary", "http://me:canary@h.example/A B",
            "me:canary@h.example/a",
            "https://hub.docker.com/?canary", "docker://me:canary@h.example/a:1",
          ] {
            let pasted = try await dray.run(["pull", text] + form)
            #expect(pasted.code == 2, "\(text)")
          }
          let named = try await dray.run(["pull", "a", "--username", "me:canary-userinfo", "--password-stdin"] + form)
          #expect(named.code == 2)
        }
        try await Dray.scene { dray in
          let entry = Data("me:canary-stored".utf8).base64EncodedString()
          let path = dray.folder.appending("config.json")
          try Data(#"{"auths":{"\#(server.authority)":{"auth":"\#(entry)"}}}"#.utf8)
            .write(to: URL(filePath: path.string))
          var stored = dray
          stored.environment["DOCKER_CONFIG"] = dray.folder.string
          let ended = try await stored.run(["pull", "\(server.authority)/team/app:1", "--plain-http"] + form)
          #expect(ended.code == 12, "\(ended.errors)")
        }
      }
      #expect(server.requests.contains { $0.basicCredentials == "me:canary-stored" })
    }
  }

  @Test("the check itself finds a secret: as it is, and inside Base64 at each place")
  func check() {
    let check = SecretCheck(input: "p4ssw0rd-long\n")
    for prefix in ["", "a", "ab", "abc"] {
      let encoded = Data("\(prefix):p4ssw0rd-long".utf8).base64EncodedString()
      #expect(check.secret(in: "Authorization: Basic \(encoded)") != nil)
    }
    #expect(check.secret(in: "?X=canary-1") == "canary")
    #expect(check.secret(in: "all is well") == nil)
  }

  @Test("a secret fails the test of whoever starts a program that prints it, on either stream, or leaves it")
  func watched() async throws {
    for script in ["echo canary", "echo canary >&2"] {
      try await withKnownIssue {
        _ = try await WatchedProgram.run("sh", ["-c", script])
      } matching: {
        "\($0)".contains("T041")
      }
    }
    try await Dray.scene { dray in
      try await withKnownIssue {
        _ = try await dray.shell("echo canary > left")
      } matching: {
        "\($0)".contains("T041")
      }
      try dray.write("canary", to: "server/a.log")
      withKnownIssue {
        SecretCheck().expectNone(inLogsBelow: dray.folder)
      } matching: {
        "\($0)".contains("T041")
      }
    }
    try withKnownIssue {
      let file = try WatchedFile()
      try FileDescriptor(rawValue: file.descriptor).writeAll("canary".utf8)
    } matching: {
      "\($0)".contains("T041")
    }
  }

  /// Whoever started a program in another way would not be watched.
  @Test("no test starts a program, or opens a file for what one prints, but through what searches it")
  func onlyWay() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    // Waits for signals and terminals, and takes only streams that are searched.
    let allowed = ["WatchedPrograms/WatchedProgram.swift", "DrayTests/Program/BuiltProgram.swift"]
    let ways = ["import " + "Subprocess", "posix_" + "spawn", "pop" + "en(", "exec" + "ve(", "Proc" + "ess()"]
    let names = try FileManager.default.subpathsOfDirectory(atPath: tests.path()).filter { $0.hasSuffix(".swift") }
    #expect(names.count > 100)
    for name in names.sorted() where !allowed.contains(name) {
      let text = String(decoding: try Data(contentsOf: tests.appending(path: name)), as: UTF8.self)
      for way in ways where text.contains(way) {
        Issue.record("Tests/\(name) starts a program with \(way): use WatchedProgram (T041)")
      }
    }
  }
}
