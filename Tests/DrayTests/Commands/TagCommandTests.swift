import Testing

@testable import dray

struct TagCommandTests {
  @Test(
    "T200: tag says what is wrong with its command line before it asks anything",
    arguments: [
      [], ["app:1"], ["", "2"], ["app:1", ""], ["app:1", "a/b"], ["app:1", "h.example/app:2"], ["App", "2"],
      ["app:1", "2", "--quiet", "--json"],
    ])
  func usage(_ arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(["tag"] + arguments, in: world.context()) == .failure(.usage))
  }
}
