import Testing

@testable import dray

struct CopyCommandTests {
  @Test(
    "T195: copy says what is wrong with its command line before it asks or opens anything",
    arguments: [
      [], ["app:1"], ["app:1", ""], ["", "h.example/app:1"], ["App", "h.example/app:1"],
      ["app:1", "Harbor.example.com/Team/App"], ["a:1", "b:1", "h.example/app:1"], ["app:1", "a b/"],
      ["app:1", "h.example/app:1", "--quiet", "--json"], ["app:1", "h.example/app:1", "--platform", "linux"],
      ["app:1", "h.example/app:1", "--source-password-stdin"],
      [
        "app:1", "h.example/app:1", "--username", "a", "--password-stdin", "--source-username", "b",
        "--source-password-stdin",
      ],
      ["a.example/app:1", "b.example/app:1", "h.example/x/", "--source-username", "b", "--source-password-stdin"],
    ])
  func usage(_ arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(["copy"] + arguments, in: world.context()) == .failure(.usage))
  }

  @Test("T195: what can only be a path is an archive, and one that is not there is the disk's fault")
  func missing() async throws {
    for options in [[], ["--json"], ["--dry-run"]] {
      let world = try TestWorld()
      let code = await Program.run(["copy", "/nowhere/a.tar", "h.example/app:1"] + options, in: world.context())
      #expect(code == .failure(.localIO), "\(world.errors.text)")
      #expect(world.output.text.contains("\"failed\"") == options.contains("--json"))
    }
  }
}
