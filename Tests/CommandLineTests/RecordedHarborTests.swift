import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

/// Questions to a Harbor that answers as a real one was recorded.
@Suite("dray ls, tags and doctor at a recorded Harbor")
struct RecordedHarborTests {
  private static let user = "llsydn"
  private static let robot = "robot$llsydn+ci"
  private static let password = "recorded-password"
  private let image = ImageFixture(layers: [1_000], seed: 138)

  private func harbor() -> RecordedHarbor {
    var harbor = RecordedHarbor()
    harbor.users = [Self.user: Self.password]
    harbor.robots = [Self.robot: Self.password]
    harbor.projects = ["llsydn": [Self.user, Self.robot], "pub": nil]
    harbor.images = ["llsydn/nginx": image, "pub/nginx": image]
    return harbor
  }

  /// - Parameter stored: the login is in a file, and not on the command line.
  private func run(
    _ arguments: [String], _ server: ScriptedServer, as name: String? = nil, password: String = password,
    stored: Bool = false
  ) async throws -> Dray.Ended {
    var ended: Dray.Ended?
    try await Dray.scene { dray in
      var dray = dray
      var options = ["--plain-http"]
      if stored {
        let file = dray.folder.appending("auth.json")
        let entry = #"{"username":"\#(name ?? "")","password":"\#(password)"}"#
        try Data(#"{"auths":{"\#(server.authority)":\#(entry)}}"#.utf8).write(to: URL(filePath: file.string))
        dray.environment["REGISTRY_AUTH_FILE"] = file.string
      } else if let name {
        options += ["--username", name, "--password-stdin"]
      }
      ended = try await dray.run(arguments + options, input: stored ? "" : password)
    }
    return try #require(ended)
  }

  private func passwords(_ server: ScriptedServer) -> Int { server.requests.count { $0.basicCredentials != nil } }

  @Test("T140: ls with a wrong stored password shows what is public, says why, and sends it once")
  func listWrongStored() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor())
      let ended = try await run(
        ["ls", server.authority], server, as: Self.user, password: "wrong-password", stored: true)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output == "\(server.authority)/pub  public  1 repository\n")
      #expect(
        ended.errors.hasPrefix("warning: \(server.authority) does not accept the password from "), "\(ended.errors)")
      #expect(passwords(server) == 1)
      // Nothing of it is public.
      let other = try await run(
        ["ls", "\(server.authority)/llsydn/nginx"], server, as: Self.user, password: "wrong-password", stored: true)
      #expect(other.code == 12, "\(other.errors)")
      #expect(passwords(server) == 2)
    }
  }

  @Test("T140: ls with a wrong password of the command line, a user's or a robot's, fails", arguments: [user, robot])
  func listWrongGiven(name: String) async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor())
      let ended = try await run(["ls", server.authority], server, as: name, password: "wrong-password")
      #expect(ended.code == 12, "\(ended.errors)")
      #expect(ended.output.isEmpty)
      #expect(passwords(server) == 1)
    }
  }

  @Test(
    "T140: ls with a right password, a user's or a robot's, shows his projects without a warning",
    arguments: [user, robot])
  func listRight(name: String) async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor())
      let ended = try await run(["ls", server.authority], server, as: name)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output.split(separator: "\n").count == 2)
      #expect(!ended.errors.contains("warning"), "\(ended.errors)")
      // A robot may pull, and not list: the tags are there all the same.
      let tags = try await run(["ls", "\(server.authority)/llsydn/nginx"], server, as: name)
      #expect(tags.code == 0, "\(tags.errors)")
      #expect(tags.output.contains("1"))
    }
  }

  @Test(
    "T140: a repository that is not there is not found, by ls and by tags, with a login and without",
    arguments: ["ls", "tags"], ["llsydn/nosuchrepo", "pub/nosuchrepo", "pub/no/such/repo"])
  func missingRepository(command: String, repository: String) async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor())
      let ended = try await run([command, "\(server.authority)/\(repository)"], server, as: Self.user)
      #expect(ended.code == 13, "\(ended.output)\(ended.errors)")
      #expect(ended.output.isEmpty)
      guard repository.hasPrefix("pub/") else { return }
      let nobody = try await run([command, "\(server.authority)/\(repository)"], server)
      #expect(nobody.code == 13, "\(nobody.output)\(nobody.errors)")
    }
  }

  @Test("T138: doctor signs in once, and asks a Harbor for no limit of pulls, which it has not")
  func doctor() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor())
      for name in [Self.user, Self.robot] {
        let before = passwords(server)
        let ended = try await run(["doctor", server.authority], server, as: name)
        #expect(ended.code == 0, "\(ended.output)")
        #expect(ended.output.contains("ok    login      the login from the command line is accepted\n"))
        #expect(passwords(server) == before + 1)
      }
      #expect(server.requests.allSatisfy { ["/v2/", "/service/token"].contains($0.path) })
      let wrong = try await run(["doctor", server.authority], server, as: Self.user, password: "wrong-password")
      #expect(wrong.code == 12, "\(wrong.output)")
      #expect(passwords(server) == 3)
    }
  }

  @Test("T137: doctor asks a token service that says nothing once")
  func doctorAtSilentRealm() async throws {
    try await ScriptedServer.run { server in
      server.on("/service/token", reply: .never)
      server.serve(harbor())
      let ended = try await run(["doctor", server.authority, "--stall-timeout", "5"], server, as: Self.user)
      #expect(ended.code == 10, "\(ended.output)")
      #expect(ended.output.contains("fail  realm "), "\(ended.output)")
      #expect(server.requests("/service/token").count == 1)
    }
  }
}
