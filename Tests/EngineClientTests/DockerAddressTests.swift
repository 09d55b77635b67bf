import FoundationEssentials
import ImageModel
import Testing

@testable import EngineClient

@Suite("Where Docker's own command looks for its engine")
struct DockerAddressTests {
  @Test("DOCKER_HOST before all else, and nothing is the standard socket")
  func variable() {
    #expect(DockerAddress(variables: ["DOCKER_HOST": "unix:///x.sock"]).host == .host(.unix(path: "/x.sock")))
    #expect(DockerAddress(variables: ["DOCKER_HOST": "tcp://server:2376"]).host == .other("tcp://server:2376"))
    // As docker's command takes it: an engine that is not reached there is a matter of the network, however it was written.
    #expect(DockerAddress(variables: ["DOCKER_HOST": "server:2376"]).host == .other("tcp://server:2376"))
    #expect(DockerAddress(variables: ["DOCKER_HOST": "/x.sock"]).host == .other("/x.sock"))
    #expect(DockerAddress(variables: ["DOCKER_HOST": "", "HOME": "/nowhere"]).host == .standard)
    #expect(DockerAddress(variables: [:]).host == .standard)
  }

  @Test("A context, by DOCKER_CONTEXT or by the configuration, in DOCKER_CONFIG or at home")
  func contexts() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/dray-test-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let meta = "\(folder)/.docker/contexts/meta/\(Digest.hash(Array("there".utf8)).hexadecimal)"
    try FileManager.default.createDirectory(atPath: meta, withIntermediateDirectories: true)
    try Data(
      #"{"Name":"there","Metadata":{},"Endpoints":{"docker":{"Host":"ssh://me@server","SkipTLSVerify":false}}}"#.utf8
    )
    .write(to: URL(filePath: "\(meta)/meta.json"))
    let named = DockerAddress(variables: ["DOCKER_CONTEXT": "there", "HOME": folder]).host
    #expect(named == EngineHost(parsing: "ssh://me@server").map { .host($0) })
    #expect(DockerAddress(variables: ["HOME": folder]).host == .standard)
    #expect(DockerAddress(variables: ["DOCKER_CONTEXT": "default", "HOME": folder]).host == .standard)
    #expect(
      DockerAddress(variables: ["DOCKER_CONTEXT": "gone", "HOME": folder]).host
        == .noContext(
          name: "gone",
          file: "\(folder)/.docker/contexts/meta/\(Digest.hash(Array("gone".utf8)).hexadecimal)/meta.json"))
    try Data(#"{"auths":{},"currentContext":"there"}"#.utf8).write(to: URL(filePath: "\(folder)/.docker/config.json"))
    let configured = DockerAddress(variables: ["DOCKER_CONFIG": "\(folder)/.docker"]).host
    #expect(configured == named)
    #expect(
      DockerAddress(variables: ["DOCKER_CONFIG": "\(folder)/.docker"]).origin
        == .file(path: "\(folder)/.docker/config.json"))
    #expect(
      DockerAddress(variables: ["DOCKER_CONTEXT": "there", "HOME": folder]).origin == .variable("DOCKER_CONTEXT"))
    #expect(DockerAddress(variables: ["DOCKER_HOST": "unix:///x"]).origin == .variable("DOCKER_HOST"))
    #expect(DockerAddress(variables: ["DOCKER_CONTEXT": "default", "HOME": folder]).origin == nil)
  }
}
