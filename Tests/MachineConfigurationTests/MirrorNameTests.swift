import ImageModel
import Testing

@testable import MachineConfiguration

@Suite("Mirrors by name")
struct MirrorNameTests {
  @Test(
    "a mirror is a host and perhaps a prefix",
    arguments: [
      ("mirror.example.com", PullEndpoint.Scheme.found, "mirror.example.com", "library/nginx"),
      ("mirror.example.com:5000/", .found, "mirror.example.com:5000", "library/nginx"),
      ("https://harbor.example.com/hub-proxy", .https, "harbor.example.com", "hub-proxy/library/nginx"),
      ("HTTP://127.0.0.1:5000/a/b/", .http, "127.0.0.1:5000", "a/b/library/nginx"),
      ("[::1]:5000/hub", .found, "[::1]:5000", "hub/library/nginx"),
    ])
  func names(text: String, scheme: PullEndpoint.Scheme, host: String, repository: String) throws {
    let mirror = try #require(MirrorName(parsing: text))
    let endpoint = mirror.endpoint(for: try ImageReference(parsing: "nginx:1"))
    #expect(endpoint.scheme == scheme)
    #expect("\(endpoint.registry)" == host)
    #expect(endpoint.credentialKey == host)
    #expect(endpoint.repository == repository)
    #expect(endpoint.role == .mirror)
    #expect(endpoint.provenance == .option("--mirror"))
  }

  @Test(
    "anything else is none",
    arguments: [
      "", "/", "https://", "ftp://a.example", "a b", "mirror.example.com/Upper", "mirror.example.com//x",
      "mirror.example.com/a:b", "user@mirror.example.com", "mirror.example.com/a?b", "mirror.example.com:99999",
      "mirror.example.com/a/../b",
    ])
  func refused(text: String) {
    #expect(MirrorName(parsing: text) == nil)
  }
}
