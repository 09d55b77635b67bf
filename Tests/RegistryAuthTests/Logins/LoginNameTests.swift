import ImageModel
import Testing

@testable import RegistryAuth

@Suite("What a login is for")
struct LoginNameTests {
  @Test(
    "a registry, or a path there",
    arguments: [
      ("harbor.example.com", "harbor.example.com"), ("harbor.example.com:8443", "harbor.example.com:8443"),
      ("Harbor.Example.com/team", "harbor.example.com/team"), ("localhost/team/app", "localhost/team/app"),
      ("https://harbor.example.com/", "harbor.example.com"), ("harbor.example.com/team/", "harbor.example.com/team"),
      ("docker.io", "docker.io"), ("index.docker.io", "docker.io"), ("https://index.docker.io/v1/", "docker.io"),
      ("docker.io/me", "docker.io/me"), ("[::1]:5000", "[::1]:5000"), ("harbor", "harbor"),
    ])
  func names(text: String, name: String) throws {
    #expect(try LoginName(parsing: text).description == name)
  }

  @Test(
    "T036: what is neither is a mistake of usage",
    arguments: [
      "", "a\nb", "a%0ab", "a b", "me@harbor.example.com", "a\\b", "a#b", "a%2fb", "é．io", "harbor.example.com/Team",
      "harbor.example.com/team/app:1", "harbor.example.com/team//app", "harbor.example.com/../x", "a:99999",
      "harbor.example.com/x@sha256:\(String(repeating: "0", count: 64))", "/team", "-x",
    ])
  func mistakes(text: String) {
    let error = #expect(throws: ImageReferenceError.self) { try LoginName(parsing: text) }
    #expect(error?.failureClass == .usage)
  }
}
