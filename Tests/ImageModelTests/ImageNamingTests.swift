import ImageModel
import Testing

@Suite("Names that images get")
struct ImageNamingTests {
  private let harbor: RegistryName
  private let digest = Digest.hash([])

  init() throws { harbor = try RegistryName(parsing: "harbor.example:8443") }

  private func name(_ text: String, _ naming: ImageNaming, below path: String = "mirror") throws -> String {
    let subject = ImageNaming.Subject(
      try ImageReference(parsing: text), digest: digest, platform: try Platform(parsing: "linux/arm/v7"))
    return try naming.name(of: subject, below: harbor, path: path).description
  }

  @Test(
    "T228: a template is filled in, below the place that images go to",
    arguments: [
      ("{registry}/{path}:{tag}", "nginx:1", "mirror/docker.io/library/nginx:1"),
      ("{registry}/{path}:{tag}", "h.example:5000/a/b:2", "mirror/h.example-5000/a/b:2"),
      ("{name}", "quay.io/coreos/etcd:v3", "mirror/etcd:v3"), ("all:{name}-{tag}", "h.io/a/b:2", "mirror/all:b-2"),
      ("{name}:{digest}", "h.io/a/b:2", "mirror/b:e3b0c44298fc"),
      ("{name}:{tag}-{platform}", "h.io/a/b:2", "mirror/b:2-linux-arm-v7"),
    ])
  func template(template: String, image: String, expected: String) throws {
    let naming = ImageNaming(template: try NameTemplate(parsing: template))
    #expect(try name(image, naming) == "harbor.example:8443/\(expected)")
  }

  @Test("T228: without a template the registry is left out, and prefixes and folders where that was asked for")
  func prefixes() throws {
    #expect(try name("nginx:1", ImageNaming()) == "harbor.example:8443/mirror/nginx:1")
    #expect(try name("h.io/a/b:2", ImageNaming(), below: "") == "harbor.example:8443/a/b:2")
    let stripped = ImageNaming(strippedPrefixes: ["h.io/team", "team"])
    #expect(try name("h.io/team/a/b:2", stripped) == "harbor.example:8443/mirror/a/b:2")
    #expect(try name("q.io/team/a:2", stripped) == "harbor.example:8443/mirror/a:2")
    #expect(try name("q.io/teams/a:2", stripped) == "harbor.example:8443/mirror/teams/a:2")
    #expect(try name("q.io/x/team/a:2", ImageNaming(flattens: true)) == "harbor.example:8443/mirror/a:2")
    var both = stripped
    both.template = try NameTemplate(parsing: "x/{path}")
    #expect(try name("q.io/team/b/a:2", both) == "harbor.example:8443/mirror/x/b/a:2")
    #expect(
      throws: ImageNamingError.nothingLeft(prefix: "team", of: "q.io/team:2")
    ) { try name("q.io/team:2", stripped) }
  }

  @Test("T228: a whole name keeps its registry, and a template may give another one")
  func whole() throws {
    let subject = ImageNaming.Subject(try ImageReference(parsing: "h.io:5000/team/a:2"))
    #expect(try ImageNaming(strippedPrefixes: ["team"]).name(of: subject).description == "h.io:5000/a:2")
    let template = try NameTemplate(parsing: "{registry}/x/{name}")
    #expect(try ImageNaming(template: template).name(of: subject).description == "h.io:5000/x/a:2")
    let other = try NameTemplate(parsing: "harbor.example/{path}:{tag}-x")
    #expect(try ImageNaming(template: other).name(of: subject).description == "harbor.example/team/a:2-x")
  }

  @Test("T228: what is no template, and what an image does not have, is told")
  func faults() throws {
    #expect(throws: ImageNamingError.template("{name")) { try NameTemplate(parsing: "{name") }
    #expect(throws: ImageNamingError.template("name}")) { try NameTemplate(parsing: "name}") }
    #expect(throws: ImageNamingError.field("host")) { try NameTemplate(parsing: "{host}/a") }
    let naming = ImageNaming(template: try NameTemplate(parsing: "{name}:{tag}"))
    let nameless = try ImageReference(registry: harbor, repository: "a/b", digest: digest)
    #expect(throws: ImageNamingError.missing(.tag, of: "\(nameless)")) {
      try naming.name(of: ImageNaming.Subject(nameless), below: harbor, path: "")
    }
    #expect(throws: ImageNamingError.self) {
      try name("h.io/a:1", ImageNaming(template: try NameTemplate(parsing: "UPPER/{name}")))
    }
  }

  @Test("T311: images are called after loading by one name, or by those that are made of theirs, each once")
  func loadedNames() throws {
    func names(_ former: [String], _ names: LoadedNames) throws -> [String] {
      try names.names(of: try former.map { try ImageReference(parsing: $0) }, digest: digest).map(\.description)
    }
    let one = LoadedNames.one(try ImageReference(parsing: "app:2"))
    #expect(try names(["h.io/a/b:1", "h.io/a/c:1"], one) == ["app:2"])
    #expect(try names([], one) == ["app:2"])
    let template = LoadedNames.made(ImageNaming(template: try NameTemplate(parsing: "h.example/{path}:{tag}")))
    #expect(try names(["q.io/a/b:1", "h.io/a/b:1", "h.io/c:2"], template) == ["h.example/a/b:1", "h.example/c:2"])
    // What has no tag is loaded without a name.
    #expect(try names(["h.io/a/b@\(digest)"], template) == [])
    #expect(try names(["q.io/x/a:1"], .made(ImageNaming(flattens: true))) == ["q.io/a:1"])
  }

  @Test("T311: one name for two images is refused; for one image twice it is not")
  func sameName() throws {
    let name = try ImageReference(parsing: "h.example/app:1")
    #expect(throws: ImageNamingError.sameName("h.example/app:1", images: ["a", "b"])) {
      try ImageNaming.checkNames([(name, 1, "a"), (name, 2, "b")])
    }
    try ImageNaming.checkNames([(name, 1, "a"), (name, 1, "b")])
  }
}
