import Testing

@testable import dray

struct SyncCommandTests {
  @Test(
    "T215: sync says what is wrong with its command line before it asks or opens anything",
    arguments: [
      [], ["", "h.example"], ["list.txt", ""], ["list.txt", "h.example/A B"],
      ["list.txt", "h.example", "--quiet", "--json"], ["list.txt", "h.example", "--platform", "linux"],
      ["list.txt", "h.example", "--newest", "0"], ["list.txt", "h.example", "--tags", "a b"],
      ["list.txt", "h.example", "--connections", "0"], ["list.txt", "h.example", "--limit-rate", "x"],
      ["-", "h.example", "--username", "a", "--password-stdin"],
      ["list.txt", "h.example", "--prune"], ["list.txt", "h.example", "--map-file", ""],
      ["list.txt", "h.example", "--as", "{nothing}"],
      ["-", "h.example", "--source-username", "a", "--source-password-stdin"],
    ])
  func usage(_ arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(["sync"] + arguments, in: world.context()) == .failure(.usage))
  }

  @Test("T215: a list that is not there is the disk's fault")
  func missing() async throws {
    for options in [[], ["--json"], ["--dry-run"]] {
      let world = try TestWorld()
      let code = await Program.run(["sync", "/nowhere/list.txt", "h.example"] + options, in: world.context())
      #expect(code == .failure(.localIO), "\(world.errors.text)")
      #expect(world.output.text.contains("\"failed\"") == options.contains("--json"))
    }
  }
}
