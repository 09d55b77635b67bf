import ImageModel
import Testing

@Suite("RegistryName")
struct RegistryNameTests {
  @Test(
    "Only this machine is loopback",
    arguments: [
      ("localhost", true), ("localhost:5000", true), ("LOCALHOST", true), ("127.0.0.1", true), ("127.0.0.1:80", true),
      ("127.255.255.254", true), ("[::1]", true), ("[::1]:5000", true), ("[0:0:0:0:0:0:0:1]", true),
      ("[0000::0001]", true), ("128.0.0.1", false), ("127.0.0", false), ("127.0.0.1.evil.test", false),
      ("127.0.0.256", false), ("127.evil.test.x", false), ("localhost.evil.test", false), ("notlocalhost", false),
      ("[::2]", false), ("[1::1]", false), ("[::]", false), ("10.0.0.1", false), ("docker.io", false),
    ])
  func loopback(_ text: String, _ expected: Bool) throws {
    #expect(try RegistryName(parsing: text).isLoopback == expected)
  }

  @Test(
    "Docker Hub has three names without a port", arguments: ["docker.io", "index.docker.io", "Registry-1.Docker.io"])
  func dockerHub(_ text: String) throws {
    #expect(try RegistryName(parsing: text) == .dockerHub)
    #expect(try RegistryName(parsing: text).isDockerHub)
    #expect(try !RegistryName(parsing: text + ":5000").isDockerHub)
    #expect(try !RegistryName(parsing: "x." + text).isDockerHub)
  }

  @Test("Host and port are told apart")
  func parts() throws {
    let name = try RegistryName(parsing: "[2001:DB8::1]:5000")
    #expect(name.host == "[2001:db8::1]")
    #expect(name.port == 5_000)
    #expect("\(name)" == "[2001:db8::1]:5000")
    #expect(try RegistryName(parsing: "h").port == nil)
  }

  @Test(
    "T036: a text that is no host is refused", arguments: ["", "a b", "a/b", "a@b", "h\n", "h:", "h:65536", "h:-1"])
  func refused(_ text: String) {
    #expect(throws: ImageReferenceError.self) { try RegistryName(parsing: text) }
  }
}
