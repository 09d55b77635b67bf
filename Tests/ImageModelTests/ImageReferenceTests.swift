import ImageModel
import Testing

private let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
private let short = String(hex.dropLast())
private let longTag = String(repeating: "t", count: 128)
private let longPath = String(repeating: "a", count: 255)

/// A reference as typed, and its parts after parsing.
private struct Accepted: CustomTestStringConvertible, Sendable {
  let text: String
  let registry: String
  let repository: String
  let tag: String?
  let isPinned: Bool

  init(_ text: String, _ registry: String, _ repository: String, _ tag: String?, pinned: Bool = false) {
    (self.text, self.registry, self.repository, self.tag, isPinned) = (text, registry, repository, tag, pinned)
  }

  var testDescription: String { text }
}

/// A text that is no reference, and why.
private struct Refused: CustomTestStringConvertible, Sendable {
  let text: String
  let reason: ImageReferenceError.Reason
  /// What the error says of the text: all of it, but for a name and a password.
  let shown: String

  init(_ text: String, _ reason: ImageReferenceError.Reason, shown: String? = nil) {
    (self.text, self.reason, self.shown) = (text, reason, shown ?? text)
  }

  var testDescription: String { text }
}

/// The rows follow the tables of distribution/reference (reference_test.go, normalize_test.go, regexp_test.go).
@Suite("ImageReference")
struct ImageReferenceTests {
  private static let accepted: [Accepted] = [
    Accepted("nginx", "docker.io", "library/nginx", "latest"),
    Accepted("nginx:1.21.4", "docker.io", "library/nginx", "1.21.4"),
    Accepted("nginx@sha256:\(hex)", "docker.io", "library/nginx", nil, pinned: true),
    Accepted("nginx:1.21.4@sha256:\(hex)", "docker.io", "library/nginx", "1.21.4", pinned: true),
    Accepted("library/nginx", "docker.io", "library/nginx", "latest"),
    Accepted("docker.io/nginx", "docker.io", "library/nginx", "latest"),
    Accepted("docker.io/library/nginx", "docker.io", "library/nginx", "latest"),
    Accepted("DOCKER.IO/nginx", "docker.io", "library/nginx", "latest"),
    Accepted("index.docker.io/nginx", "docker.io", "library/nginx", "latest"),
    Accepted("index.docker.io/library/nginx:1", "docker.io", "library/nginx", "1"),
    Accepted("registry-1.docker.io/nginx", "docker.io", "library/nginx", "latest"),
    Accepted("registry-1.docker.io/team/app:2", "docker.io", "team/app", "2"),
    Accepted("team/app", "docker.io", "team/app", "latest"),
    Accepted("team/sub/app", "docker.io", "team/sub/app", "latest"),
    Accepted("harbor.example.com/llsydn/nginx:1.21.4", "harbor.example.com", "llsydn/nginx", "1.21.4"),
    Accepted("Harbor.Example.COM/llsydn/nginx", "harbor.example.com", "llsydn/nginx", "latest"),
    Accepted("harbor.local/team/sub/app", "harbor.local", "team/sub/app", "latest"),
    Accepted("127.0.0.1/llsydn/nginx:1.21.4", "127.0.0.1", "llsydn/nginx", "1.21.4"),
    Accepted("127.0.0.1:5000/nginx", "127.0.0.1:5000", "nginx", "latest"),
    Accepted("192.168.1.10:65535/a", "192.168.1.10:65535", "a", "latest"),
    Accepted("localhost/nginx", "localhost", "nginx", "latest"),
    Accepted("localhost:5000/nginx", "localhost:5000", "nginx", "latest"),
    Accepted("LOCALHOST/nginx", "localhost", "nginx", "latest"),
    Accepted("localhost", "docker.io", "library/localhost", "latest"),
    Accepted("localhost:5000", "docker.io", "library/localhost", "5000"),
    Accepted("registry:5000", "docker.io", "library/registry", "5000"),
    Accepted("registry:5000/nginx", "registry:5000", "nginx", "latest"),
    Accepted("registry:5000/nginx:tag@sha256:\(hex)", "registry:5000", "nginx", "tag", pinned: true),
    Accepted("registry:1/a", "registry:1", "a", "latest"),
    Accepted("registry:00080/a", "registry:80", "a", "latest"),
    Accepted("Registry/a", "registry", "a", "latest"),
    Accepted("Foo/bar/baz", "foo", "bar/baz", "latest"),
    Accepted("test.com/repo:tag", "test.com", "repo", "tag"),
    Accepted("test:5000/repo", "test:5000", "repo", "latest"),
    Accepted("test:5000/repo:tag", "test:5000", "repo", "tag"),
    Accepted("sub-dom1.foo.com/bar/baz/quux:some-long-tag", "sub-dom1.foo.com", "bar/baz/quux", "some-long-tag"),
    Accepted("b.gcr.io/test.example.com/my-app", "b.gcr.io", "test.example.com/my-app", "latest"),
    Accepted("xn--n3h.com/myimage", "xn--n3h.com", "myimage", "latest"),
    Accepted("xn--7o8h.com/myimage:xn--7o8h.com", "xn--7o8h.com", "myimage", "xn--7o8h.com"),
    Accepted("foo_bar.com:8080", "docker.io", "library/foo_bar.com", "8080"),
    Accepted("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080"),
    Accepted("foo/foo_bar.com", "docker.io", "foo/foo_bar.com", "latest"),
    Accepted("foo.com", "docker.io", "library/foo.com", "latest"),
    Accepted("foo.com/a", "foo.com", "a", "latest"),
    Accepted("a-b.c-d/e", "a-b.c-d", "e", "latest"),
    Accepted("1.2/3", "1.2", "3", "latest"),
    Accepted("[::1]/nginx", "[::1]", "nginx", "latest"),
    Accepted("[::1]:5000/nginx:1", "[::1]:5000", "nginx", "1"),
    Accepted("[::]:5000/repo", "[::]:5000", "repo", "latest"),
    Accepted("[2001:db8::1]/repo", "[2001:db8::1]", "repo", "latest"),
    Accepted("[2001:DB8:1:2:3:4:5:6]:5000/repo", "[2001:db8:1:2:3:4:5:6]:5000", "repo", "latest"),
    Accepted("[2001:db8::1]:5000/repo:t@sha256:\(hex)", "[2001:db8::1]:5000", "repo", "t", pinned: true),
    Accepted("a", "docker.io", "library/a", "latest"),
    Accepted("0", "docker.io", "library/0", "latest"),
    Accepted("a/b/c/d/e/f/g/h", "docker.io", "a/b/c/d/e/f/g/h", "latest"),
    Accepted("x/a.b", "docker.io", "x/a.b", "latest"),
    Accepted("x/a_b", "docker.io", "x/a_b", "latest"),
    Accepted("x/a__b", "docker.io", "x/a__b", "latest"),
    Accepted("x/a-b", "docker.io", "x/a-b", "latest"),
    Accepted("x/a--------b", "docker.io", "x/a--------b", "latest"),
    Accepted("x/a.b_c__d-e--f", "docker.io", "x/a.b_c__d-e--f", "latest"),
    Accepted("aa-a/a", "docker.io", "aa-a/a", "latest"),
    Accepted("a:_", "docker.io", "library/a", "_"),
    Accepted("a:_.-", "docker.io", "library/a", "_.-"),
    Accepted("a:A", "docker.io", "library/a", "A"),
    Accepted("a:\(longTag)", "docker.io", "library/a", longTag),
    Accepted("a:\(hex)", "docker.io", "library/a", hex),
    Accepted(short, "docker.io", "library/\(short)", "latest"),
    Accepted("\(hex)0", "docker.io", "library/\(hex)0", "latest"),
    Accepted("x/\(hex)", "docker.io", "x/\(hex)", "latest"),
    Accepted("\(hex):tag", "docker.io", "library/\(hex)", "tag"),
    Accepted("h.io/\(longPath)", "h.io", longPath, "latest"),
    Accepted("docker.io/\(hex)", "docker.io", "library/\(hex)", "latest"),
  ]

  @Test("A reference is read into its parts", arguments: accepted)
  fileprivate func accepts(_ row: Accepted) throws {
    let reference = try ImageReference(parsing: row.text)
    #expect("\(reference.registry)" == row.registry)
    #expect(reference.repository == row.repository)
    #expect(reference.tag == row.tag)
    #expect((reference.digest != nil) == row.isPinned)
    #expect(try ImageReference(parsing: "\(reference)") == reference, "what is shown parses to the same image")
  }

  private static let refused: [Refused] = [
    Refused("", .empty),
    Refused(hex, .imageID),
    Refused("<none>:<none>", .untagged),
    Refused("harbor.example.com/team/app:<none>", .untagged),
    Refused("Nginx", .upperCase("library/Nginx")),
    Refused("team/App", .upperCase("team/App")),
    Refused("h.io/team/App:Tag", .upperCase("team/App")),
    Refused("library/aBC", .upperCase("library/aBC")),
    Refused("nginx:", .tag("")),
    Refused("nginx:-a", .tag("-a")),
    Refused("nginx:.a", .tag(".a")),
    Refused("nginx:a b", .tag("a b")),
    Refused("nginx:a:b", .tag("a:b")),
    Refused("nginx:ä", .tag("ä")),
    Refused("nginx:a/b", .port("a")),
    Refused("nginx:..", .tag("..")),
    Refused("nginx:\(longTag)t", .tag("\(longTag)t")),
    Refused("nginx@", .digest(.malformed(""))),
    Refused("nginx@sha256:\(short)", .digest(.malformed("sha256:\(short)"))),
    Refused("nginx@SHA256:\(hex)", .digest(.malformed("SHA256:\(hex)"))),
    Refused("nginx@sha256:\(hex)\n", .decorated),
    Refused("nginx@sha256:\(short)\n", .digest(.malformed("sha256:\(short)\n"))),
    Refused("nginx@md5:00", .digest(.unsupportedAlgorithm("md5:00"))),
    Refused("nginx@sha256:\(hex)@sha256:\(hex)", .digest(.malformed("sha256:\(hex)@sha256:\(hex)"))),
    Refused("nginx@sha256:\(hex):tag", .digest(.malformed("sha256:\(hex):tag"))),
    Refused("@sha256:\(hex)", .repository("library/")),
    Refused(":tag", .repository("library/")),
    Refused("/nginx", .repository("/nginx")),
    Refused("//nginx", .repository("//nginx")),
    Refused("nginx/", .repository("nginx/")),
    Refused("a//b", .repository("a//b")),
    Refused("../../x", .registry("..")),
    Refused("h.io/../x", .repository("../x")),
    Refused("h.io/", .repository("")),
    Refused("docker.io/", .repository("library/")),
    Refused("-rf", .repository("library/-rf")),
    Refused("nginx-", .repository("library/nginx-")),
    Refused("_nginx", .repository("library/_nginx")),
    Refused("nginx.", .repository("library/nginx.")),
    Refused("x/a..b", .repository("x/a..b")),
    Refused("x/a___b", .repository("x/a___b")),
    Refused("x/a._b", .repository("x/a._b")),
    Refused("x/a-_b", .repository("x/a-_b")),
    Refused("x/-a", .repository("x/-a")),
    Refused("x/a-", .repository("x/a-")),
    Refused("nginx#1", .repository("library/nginx#1")),
    Refused("nginx%2fx", .repository("library/nginx%2fx")),
    Refused("nginx\\x", .repository("library/nginx\\x")),
    Refused("ngin\u{0}x", .repository("library/ngin\u{0}x")),
    Refused("nginx\u{1B}[31m", .repository("library/nginx\u{1B}[31m")),
    Refused("镜像", .repository("library/镜像")),
    Refused("nginẋ", .repository("library/nginẋ")),
    Refused("h.io/\(longPath)a", .repositoryTooLong(limit: 255)),
    Refused("h.io/a/\(String(repeating: "a/", count: 127))a", .repositoryTooLong(limit: 255)),
    Refused("host\n.io/x", .registry("host\n.io")),
    Refused("host%0a.io/x", .registry("host%0a.io")),
    Refused("ho st.io/x", .registry("ho st.io")),
    Refused("user@host.io/x", .registry("…@host.io"), shown: "…@host.io/x"),
    Refused("user:pw@host.io/x", .registry("…@host.io"), shown: "…@host.io/x"),
    Refused("host\\.io/x", .registry("host\\.io")),
    Refused("host#.io/x", .registry("host#.io")),
    Refused("host%2f.io/x", .registry("host%2f.io")),
    Refused("host\u{3002}io.a/x", .registry("host\u{3002}io.a")),
    Refused("høst.io/x", .registry("høst.io")),
    Refused("host..io/x", .registry("host..io")),
    Refused("host.io./x", .registry("host.io.")),
    Refused(".host.io/x", .registry(".host.io")),
    Refused("-host.io/x", .registry("-host.io")),
    Refused("host-.io/x", .registry("host-.io")),
    Refused("foo_bar.com:8080/x", .registry("foo_bar.com:8080")),
    Refused("h.io:/x", .port("")),
    Refused("h.io:0/x", .port("0")),
    Refused("h.io:65536/x", .port("65536")),
    Refused("h.io:99999999999999999999/x", .port("99999999999999999999")),
    Refused("h.io:+1/x", .port("+1")),
    Refused("h.io:80a/x", .port("80a")),
    Refused("h.io:1:2/x", .port("1:2")),
    Refused("[::1/x", .registry("[::1")),
    Refused("[::1%eth0]:5000/x", .registry("[::1%eth0]:5000")),
    Refused("[fe80::1%@invalidzone]:5000/x", .registry("[fe80::1%@invalidzone]:5000")),
    Refused("[2001:db8:3:4::192.0.2.33]:5000/x", .registry("[2001:db8:3:4::192.0.2.33]:5000")),
    Refused("[1:2:3:4:5:6:7:8:9]/x", .registry("[1:2:3:4:5:6:7:8:9]")),
    Refused("[1:2:3:4:5:6:7]/x", .registry("[1:2:3:4:5:6:7]")),
    Refused("[1::2::3]/x", .registry("[1::2::3]")),
    Refused("[:::]/x", .registry("[:::]")),
    Refused("[12345::]/x", .registry("[12345::]")),
    Refused("[]:5000/x", .registry("[]:5000")),
    Refused("[::g]/x", .registry("[::g]")),
  ]

  @Test("T036: a text that breaks the grammar is refused, with the part that does", arguments: refused)
  fileprivate func refuses(_ row: Refused) {
    let error = #expect(throws: ImageReferenceError.self) { try ImageReference(parsing: row.text) }
    #expect(error?.reason == row.reason)
    #expect(error?.text == row.shown)
    #expect(error?.failureClass == .usage)
  }

  @Test(
    "Names are shown as Docker shows them, and in full",
    arguments: [
      ("nginx", "nginx:latest", "docker.io/library/nginx:latest"),
      ("docker.io/library/nginx:1", "nginx:1", "docker.io/library/nginx:1"),
      ("team/app:1", "team/app:1", "docker.io/team/app:1"),
      ("library/a/b:1", "library/a/b:1", "docker.io/library/a/b:1"),
      ("h.io:5000/library/nginx:1", "h.io:5000/library/nginx:1", "h.io:5000/library/nginx:1"),
      ("Registry/x:1", "REGISTRY/x:1", "REGISTRY/x:1"),
      ("localhost/x:1", "localhost/x:1", "localhost/x:1"),
      ("docker.io/h.io/x:1", "docker.io/h.io/x:1", "docker.io/h.io/x:1"),
      ("docker.io/localhost/x:1", "docker.io/localhost/x:1", "docker.io/localhost/x:1"),
      ("nginx:1@sha256:\(hex)", "nginx:1", "docker.io/library/nginx:1"),
      ("nginx@sha256:\(hex)", "nginx", "docker.io/library/nginx"),
    ])
  func names(_ text: String, _ familiar: String, _ qualified: String) throws {
    let reference = try ImageReference(parsing: text)
    #expect(reference.familiarName == familiar)
    #expect(reference.qualifiedName == qualified)
  }

  @Test("The description has tag and digest")
  func description() throws {
    #expect("\(try ImageReference(parsing: "nginx:1@sha256:\(hex)"))" == "nginx:1@sha256:\(hex)")
    #expect("\(try ImageReference(parsing: "h.io/a@sha256:\(hex)"))" == "h.io/a@sha256:\(hex)")
  }

  @Test("A reference is made from parts, which are checked")
  func parts() throws {
    let registry = try RegistryName(parsing: "h.io:5000")
    let reference = try ImageReference(registry: registry, repository: "a/b")
    #expect("\(reference)" == "h.io:5000/a/b")
    #expect("\(try reference.with(tag: "1").with(digest: Digest.hash([])))" == "h.io:5000/a/b:1@sha256:\(hex)")
    #expect(try reference.with(tag: "1").with(tag: nil) == reference)
    #expect(throws: ImageReferenceError.self) { try reference.with(tag: "a b") }
    #expect(throws: ImageReferenceError.self) { try ImageReference(registry: registry, repository: "A") }
    #expect(throws: ImageReferenceError.self) { try ImageReference(registry: registry, repository: "") }
    #expect(throws: ImageReferenceError.self) { try ImageReference(registry: registry, repository: "a", tag: "") }
  }
}
