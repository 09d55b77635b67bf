import ImageCopy
import Testing

@testable import DrayMessages
@testable import dray

struct DryRunTests {
  @Test("--dry-run pulls nothing, and tells what would be done on standard output")
  func text() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "nginx", "--dry-run", "--reuse", "old.tar") == .success)
    #expect(world.requests.isEmpty)
    #expect(world.previewRequests.map(\.reusedPaths) == [["old.tar"]])
    #expect(world.errors.text.isEmpty)
    #expect(
      world.output.lines == [
        "harbor.example.com/llsydn/nginx:1.21.4 for linux/amd64 would be written to 'nginx_1.21.4.tar': 12.0 MB "
          + "(12010240 bytes)",
        "\(sampleDigest(99)): 10.0 kB, to be fetched", "\(sampleDigest(0)): 3.0 MB, to be fetched",
        "\(sampleDigest(1)): 3.0 MB, to be fetched, except 400.0 kB kept from an interrupted pull",
        "\(sampleDigest(2)): 3.0 MB, kept from an interrupted pull",
        "\(sampleDigest(3)): 3.0 MB, to be copied from 'nginx_1.21.3.tar'",
        "\(sampleDigest(4)): 3.0 MB, part of the manifest", "To fetch: 5.6 MB of 15.0 MB (5610000 bytes)",
      ])
  }

  @Test("--quiet leaves the total; --json is one object; a terminal is no reason to refuse -o -")
  func otherForms() async throws {
    var world = try TestWorld()
    #expect(await world.run("pull", "nginx", "--dry-run", "--quiet") == .success)
    #expect(world.output.text == "To fetch: 5.6 MB of 15.0 MB (5610000 bytes)\n")
    world = try TestWorld()
    #expect(await world.run("pull", "nginx", "redis", "--dry-run", "--json") == .success)
    #expect(world.output.lines.count == 2)
    #expect(world.output.lines.allSatisfy { $0.contains(#""event":"preview""#) })
    let terminal = try Pseudoterminal()
    world = try TestWorld()
    let output = StandardStream(descriptor: terminal.slave)
    #expect(
      await Program.run(["pull", "nginx", "-o", "-", "--dry-run"], in: world.context(output: output)) == .success)
    #expect(await terminal.expect("bytes)\r\n").contains("nginx"))
  }
}
