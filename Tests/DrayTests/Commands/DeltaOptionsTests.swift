import FoundationEssentials
import ImageCopy
import Testing

@testable import DrayMessages
@testable import dray

struct DeltaOptionsTests {
  @Test("A base is a reference, or what stands on disk")
  func kinds() async throws {
    let file = FileManager.default.temporaryDirectory.path + "/dray-base-\(UUID().uuidString).tar"
    try Data("x".utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let world = try TestWorld()
    let code = await world.run(
      "pull", "harbor.example.com/app:2", "--base", "harbor.example.com/app:1", "--base", file, "--base", "nginx")
    #expect(code == .success)
    #expect(
      world.requests.first?.bases == [
        .reference(sampleReference("harbor.example.com/app:1")), .path(file), .reference(sampleReference("nginx")),
      ])
    let same = try TestWorld()
    #expect(await same.run("pull", "app:2", "--base", file, "-o", file) == .failure(.usage))
    #expect(same.errors.text.contains("would overwrite its base"))
    #expect(same.requests.isEmpty)
  }

  @Test(
    "A base that is none is an error before anything is asked for",
    arguments: [
      ["--base", ""], ["--base", "missing.tar"], ["--base", "./missing"], ["--base", "list.json"], ["--base", "UPPER"],
      ["--base", "-", "--base", "-"], ["--base", "-", "--username", "me", "--password-stdin"],
      ["--base", "nginx", "--format", "docker"],
    ])
  func errors(_ options: [String]) async throws {
    let world = try TestWorld()
    let code = await Program.run(["pull", "app:2"] + options, in: world.context())
    #expect(code == .failure(.usage))
    #expect(world.requests.isEmpty)
    #expect(world.errors.text.hasPrefix("error[usage]: "))
  }

  @Test(
    "merge and load say what is missing on their command line",
    arguments: [
      ["merge"], ["merge", "a.tar", "-o", "b.tar"], ["merge", "a.tar", "b.tar"], ["load"],
      ["load", "a.tar", "--to", "x"],
      ["load", "a.tar", "--host", "server"], ["load", "a.tar", "--to", "docker", "--namespace", "x"],
      ["load", "a.tar", "--namespace", "a/b"], ["load", "a.tar", "--quiet", "--json"],
    ])
  func commands(_ arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(arguments, in: world.context()) == .failure(.usage))
  }
}
