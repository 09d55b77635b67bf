import FoundationEssentials
import MachineConfiguration
import Testing

@Suite("Proxies of docker's client")
struct ContainerProxiesTests {
  @Test("T174: what docker's client hands to containers is found with its line, and no pull goes through it")
  func containerProxies() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dray-proxies-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "config.json").path()
    func write(_ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: "config.json")) }
    let text = """
      {"auths": {},
       "proxies": {
        "default": {"httpsProxy": "http://me:canary@proxy.corp:3128", "noProxy": "a"},
        "tcp://other:2375": {"noProxy": "b"}}}
      """
    try write(text)
    let found = { (variables: [String: String]) in
      CredentialEnvironment(
        variables: variables.merging(["DOCKER_CONFIG": folder.path()]) { $1 }, userID: 1
      ).containerProxies
    }
    #expect(found([:]) == .file(path: path, line: 3))
    #expect(found(["DOCKER_HOST": "unix:///x"]) == .file(path: path, line: 3))
    #expect(found(["DOCKER_HOST": "tcp://other:2375"]) == nil)
    try write("{\"proxies\":{\"default\":{\"httpProxy\":\"\"}}}")
    #expect(found([:]) == nil)
  }
}
