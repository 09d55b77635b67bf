import FoundationEssentials
import ImageCopy
import MachineConfiguration
import RegistryAuth
import Testing

@testable import DrayMessages
@testable import dray

struct PushCommandTests {
  @Test(
    "T168: push says what is wrong with its command line before it asks or opens anything",
    arguments: [
      [], ["a.tar"], ["a.tar", ""], ["a.tar", "Harbor.example.com/Team/App"], ["a.tar", "a b/"],
      ["a.tar", "h.example/A/"],
      ["a.tar", "h.example/app:1", "--quiet", "--json"], ["a.tar", "h.example/app:1", "--connections", "65"],
      ["a.tar", "h.example/app:1", "--limit-rate", "fast"], ["a.tar", "h.example/app:1", "--platform", "linux"],
    ])
  func usage(_ arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(["push"] + arguments, in: world.context()) == .failure(.usage))
  }

  @Test("T168: an archive that is not there is the disk's fault, with --json too")
  func missing() async throws {
    for options in [[], ["--json"], ["--dry-run"]] {
      let world = try TestWorld()
      let code = await Program.run(["push", "/nowhere/a.tar", "h.example/app:1"] + options, in: world.context())
      #expect(code == .failure(.localIO), "\(world.errors.text)")
      #expect(world.output.text.contains("\"failed\"") == options.contains("--json"))
    }
  }

  @Test(
    "T204: a target without a registry is refused where several are searched; one registry or none leaves no question",
    arguments: [["push", "/nowhere/a.tar"], ["copy", "/nowhere/a.tar"]])
  func ambiguousTarget(_ command: [String]) async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "dray-push-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root + "/containers", withIntermediateDirectories: true)
    for registries in [#""a.example", "b.example""#, #""a.example""#, ""] {
      try Data("unqualified-search-registries = [\(registries)]".utf8).write(
        to: URL(filePath: root + "/containers/registries.conf"))
      let world = try TestWorld()
      var access = RegistryAccess(credentials: NoCredentials())
      access.use(ConfigurationRoots(system: root, variables: [:]))
      let code = await Program.run(command + ["team/app:1"], in: world.context(access: access))
      let isAmbiguous = registries.contains(",")
      #expect(code == .failure(isAmbiguous ? .usage : .localIO), "\(world.errors.text)")
      #expect(world.errors.text.contains("name the registry: a.example/team/app:1 ") == isAmbiguous)
    }
  }
}
