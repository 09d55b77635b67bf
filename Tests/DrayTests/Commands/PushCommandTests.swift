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
}
