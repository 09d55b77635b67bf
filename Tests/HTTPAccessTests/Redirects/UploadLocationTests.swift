import ImageModel
import Testing

@testable import HTTPAccess

@Suite("Where an upload goes")
struct UploadLocationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let location: String?
    let expected: Result<String, UploadLocationRefusal>
    var takesCredentials = true
    var registry = "https://harbor.example.com"

    var testDescription: String { "\(location ?? "none") at \(registry)" }
  }

  private static let asked = "/v2/team/app/blobs/uploads/"

  @Test(
    "T162: relative or absolute, the query as it is, our own scheme and port on the registry's host",
    arguments: [
      Case(location: "/v2/x?_state=a+b%3D%3D", expected: .success("https://harbor.example.com/v2/x?_state=a+b%3D%3D")),
      Case(
        location: "https://harbor.example.com/v2/x?a=b",
        expected: .success("https://harbor.example.com/v2/x?a=b")),
      Case(location: "5f?a=b", expected: .success("https://harbor.example.com/v2/team/app/blobs/uploads/5f?a=b")),
      Case(location: "?a=b", expected: .success("https://harbor.example.com/v2/team/app/blobs/uploads/?a=b")),
      Case(location: "http://harbor.example.com/v2/x", expected: .success("https://harbor.example.com/v2/x")),
      Case(
        location: "http://harbor.example.com/v2/x", expected: .success("https://harbor.example.com:8443/v2/x"),
        registry: "https://harbor.example.com:8443"),
      Case(
        location: "https://harbor.example.com:5000/v2/x", expected: .success("http://harbor.example.com:5000/v2/x"),
        registry: "http://harbor.example.com:5000"),
      Case(
        location: "https://store.example.com/x?sig=1", expected: .success("https://store.example.com/x?sig=1"),
        takesCredentials: false),
      Case(
        location: "http://store.example.com/x", expected: .failure(.unencrypted("http://store.example.com/x"))),
      Case(
        location: "http://store.example.com/x", expected: .success("http://store.example.com/x"),
        takesCredentials: false, registry: "http://harbor.example.com"),
      Case(
        location: "https://169.254.169.254/latest?a=b",
        expected: .failure(.privateAddress("https://169.254.169.254/latest?…"))),
      Case(location: "https://10.0.0.5/x", expected: .failure(.privateAddress("https://10.0.0.5/x"))),
      Case(location: "https://[::1]/x", expected: .failure(.privateAddress("https://[::1]/x"))),
      Case(
        location: "http://127.0.0.1/x", expected: .success("http://127.0.0.1:5000/x"),
        registry: "http://127.0.0.1:5000"),
      Case(location: "https://8.8.8.8/x", expected: .success("https://8.8.8.8/x"), takesCredentials: false),
      Case(location: nil, expected: .failure(.missing)),
      Case(location: "", expected: .failure(.missing)),
      Case(location: "ftp://harbor.example.com/x", expected: .failure(.malformed)),
      Case(location: "/v2/a b", expected: .failure(.malformed)),
    ])
  func judged(_ example: Case) throws {
    let request = try #require(AbsoluteURL(parsing: example.registry + Self.asked))
    let found: Result<UploadLocation, UploadLocationRefusal> = Result { () throws(UploadLocationRefusal) in
      try UploadLocation(example.location, answerTo: request, registry: request.origin)
    }
    #expect(found.map(\.url.description) == example.expected)
    if case .success(let location) = found { #expect(location.takesCredentials == example.takesCredentials) }
  }

  @Test("T162: the digest is put behind whatever query there is, byte for byte")
  func closing() throws {
    let request = try #require(AbsoluteURL(parsing: "https://a.example/v2/x/blobs/uploads/"))
    let digest = Digest.hash([])
    for (location, target) in [
      ("/u/1", "/u/1?digest=\(digest)"), ("/u/1?_state=a+b/%3D", "/u/1?_state=a+b/%3D&digest=\(digest)"),
      ("/u/1?a=b&c=%2B", "/u/1?a=b&c=%2B&digest=\(digest)"),
    ] {
      let found = try UploadLocation(location, answerTo: request, registry: request.origin)
      #expect(found.closing(digest)?.target == target)
    }
  }
}
