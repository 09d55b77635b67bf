import ImageLists
import ImageModel
import Testing

@Suite("Files that other tools copy images by")
struct SyncListTests {
  private static let digest = "sha256:14b267eb38aa85fd12d0e168fffa2d8a6187ac53a14a0212b0d4fce8d729598c"

  private func read(_ text: String, _ variables: [String: String] = [:]) throws(ImageListError) -> SyncList? {
    try SyncList.read(
      Array(text.utf8), path: "sync.yml", environment: { variables[$0] }, file: { $0 == "/token" ? "t0ken\n" : nil })
  }

  private func failure(_ text: String) -> ImageListError? {
    #expect(throws: ImageListError.self) { try read(text) }
  }

  private func repository(_ entry: SyncEntry) -> String {
    if case .repository(let reference) = entry.source { reference.qualifiedName } else { "\(entry.source)" }
  }

  private func target(_ entry: SyncEntry) -> String? {
    switch entry.target {
    case .repository(let reference): reference.qualifiedName
    case .registry(let registry, let path): "\(registry)/\(path)"
    case nil: nil
    }
  }

  @Test("T226: the file of skopeo's manual page is read whole")
  func skopeo() throws {
    let text = """
      registry.example.com:
          images:
              busybox: []
              redis:
                  - "1.0"
                  - "\(Self.digest)"
          images-by-tag-regex:
              nginx: ^1\\.13\\.[12]-alpine-perl$
          images-by-semver:
              alpine: ">= 3.12.0"
          credentials:
              username: john
              password: this is a secret
          tls-verify: true
          cert-dir: /home/john/certs
      quay.io:
          tls-verify: false
          images:
              coreos/etcd:
                  - latest
      """
    let list = try #require(try read(text))
    #expect(list.kind == .skopeo)
    #expect(
      list.entries.map(repository) == [
        "registry.example.com/busybox", "registry.example.com/redis", "registry.example.com/nginx",
        "registry.example.com/alpine", "quay.io/coreos/etcd",
      ])
    #expect(list.entries.allSatisfy { $0.target == nil })
    #expect(list.entries[0].tags == .all)
    let digest = try Digest(parsing: Self.digest)
    #expect(list.entries[1].tags == .listed([ListedTag(tag: "1.0"), ListedTag(tag: nil, digest: digest)]))
    let there = ["1.13.1-alpine-perl", "1.14", "3.9.0", "3.13.1", "latest"]
    #expect(list.entries[2].tags.chosen(from: there).map(\.tag) == ["1.13.1-alpine-perl"])
    #expect(list.entries[3].tags.chosen(from: there).map(\.tag) == ["3.13.1"])
    #expect(list.entries[4].tags == .listed([ListedTag(tag: "latest")]))
    #expect(list.entries[4].place == .file(path: "sync.yml", line: 19))
    let first = try #require(list.registries.first)
    #expect(first.login == SyncLogin(username: "john", password: "this is a secret"))
    #expect(first.security == .verified && first.certificateFolder == "/home/john/certs")
    #expect(list.registries.last?.security == .unverified)
    #expect(!"\(list)".contains("secret"))
    var dumped = ""
    dump(list, to: &dumped)
    #expect(!dumped.contains("secret"))
  }

  @Test("T226: regsync's example is read: what only times it is passed over, and templates are filled in")
  func regsync() throws {
    let text = """
      version: 1
      x-rule: &rule
        allow: ["latest", "3", "3.\\\\d+"]
      creds:
        - registry: registry:5000
          tls: disabled
        - registry: docker.io
          user: "{{env \\"HUB_USER\\"}}"
          pass: "{{file \\"/token\\"}}"
      defaults:
        ratelimit: {min: 100, retry: 15m}
        parallel: 2
        referrers: true
      sync:
        - source: busybox:latest
          target: registry:5000/library/busybox:stable
          type: image
          referrers: false
        - source: alpine
          target: registry:5000/library/alpine
          type: repository
          tags: *rule
          platforms: [linux/amd64, linux/arm64]
        - source: debian
          target: registry:5000/library/debian
          type: repository
          tagSets:
            - {semverRange: [">=12"], deny: [".*-slim"]}
            - allow: [sid]
        - source: h.example
          target: registry:5000/mirror
          type: registry
          repos: {allow: ["team/.*"], deny: [".*-old"]}
      """
    let list = try #require(try read(text, ["HUB_USER": "jane"]))
    #expect(list.kind == .regsync)
    #expect(list.passedOver.map(\.key) == ["ratelimit", "parallel"])
    #expect(list.registries.map(\.security) == [.plainHTTP, nil])
    #expect(list.registries[1].login == SyncLogin(username: "jane", password: "t0ken"))
    let entries = list.entries
    #expect(
      entries.map { target($0) ?? "" } == [
        "registry:5000/library/busybox", "registry:5000/library/alpine", "registry:5000/library/debian",
        "registry:5000/mirror",
      ])
    #expect(entries[0].tags == .listed([ListedTag(tag: "latest", targetTag: "stable")]))
    #expect(entries.map(\.bringsReferrers) == [false, true, true, true])
    #expect(repository(entries[1]) == "docker.io/library/alpine")
    #expect(entries[1].tags.chosen(from: ["3", "3.20", "3.20-x", "13.1"]).map(\.tag) == ["3", "3.20"])
    #expect(entries[1].platforms.map { "\($0)" } == ["linux/amd64", "linux/arm64"])
    #expect(entries[2].tags.chosen(from: ["11", "12", "12-slim", "sid", "old"]).map(\.tag) == ["sid", "12"])
    guard case .registry(let name, let rule) = entries[3].source else { throw UnexpectedSource() }
    #expect("\(name)" == "h.example")
    #expect(["team/a", "team/a-old", "other/a"].filter(rule.means) == ["team/a"])
  }

  private struct UnexpectedSource: Error {}

  @Test("T226: image-syncer's rules and logins are read, in YAML and in JSON, apart and in one file")
  func imageSyncer() throws {
    let rules = """
      quay.io/coreos/a: h.example/ruohe/a
      quay.io/coreos/a:v1.0,v2.0: ${TARGET}/a:1,2
      quay.io/coreos/a@\(Self.digest): h.example/ruohe/a
      quay.io/coreos/a:v1.1:
        - h.example/ruohe/a1
        - h.example/ruohe/a2
      quay.io/coreos/a:/a+/: h.example/ruohe/a
      """
    let list = try #require(try read(rules, ["TARGET": "h.example/t"]))
    #expect(list.kind == .imageSyncer)
    #expect(
      list.entries.map(\.tags).prefix(2) == [
        .all, .listed([ListedTag(tag: "v1.0", targetTag: "1"), ListedTag(tag: "v2.0", targetTag: "2")]),
      ])
    let digest = try Digest(parsing: Self.digest)
    #expect(list.entries[2].tags == .listed([ListedTag(tag: nil, digest: digest)]))
    #expect(
      list.entries.compactMap(target) == [
        "h.example/ruohe/a", "h.example/t/a", "h.example/ruohe/a", "h.example/ruohe/a1", "h.example/ruohe/a2",
        "h.example/ruohe/a",
      ])
    #expect(list.entries[5].tags.chosen(from: ["bab", "b"]).map(\.tag) == ["bab"])

    let whole = """
      {
        "auth": {"quay.io/coreos": {"username": "$U", "password": "pa$$word", "insecure": true}},
        "images": {"quay.io/coreos/a": "h.example/ruohe/a"}
      }
      """
    let both = try #require(try read(whole, ["U": "abc"]))
    #expect(both.entries.count == 1)
    let login = try #require(both.registries.first)
    #expect(login.path == "coreos" && login.security == .unverified)
    #expect(login.login == SyncLogin(username: "abc", password: "pa$$word"))
    #expect(try read("quay.io: {username: u, password: p}\n")?.registries.count == 1)
  }

  @Test(
    "T226: lists of names, compose files and Kubernetes' are none of these",
    arguments: [
      "nginx:1.21.4\n", "services: {w: {image: h.io/a}}\n", "kind: Pod\nspec: {containers: [{image: a}]}\n",
      "image: h.io/a:1\n", "images: [h.io/a:1]\n", "a: {image: {repository: h.io/a, tag: 1}}\n", "- h.io/a:1\n",
      "--- {a: {images: {}}}\n--- {}\n",
    ])
  func others(text: String) throws {
    #expect(try read(text) == nil)
  }

  @Test("T226: a key that the tool does not have is named with its line, and so is one that dray does not carry out")
  func keys() {
    #expect(
      failure("h.io:\n  images: {a: []}\n  image-by-semver: {}\n")
        == ImageListError(.unknownKey("image-by-semver", .skopeo), line: 3))
    let sync = "sync:\n- source: a\n  target: h.io/a\n  type: repository\n"
    #expect(failure(sync + "  tag: {}\n") == ImageListError(.unknownKey("tag", .regsync), line: 5))
    #expect(failure(sync + "  backup: old\n") == ImageListError(.unsupportedKey("backup", .regsync), line: 5))
    #expect(
      failure("sync:\n- source: ocidir://a\n  target: b\n  type: image\n")
        == ImageListError(.unsupportedKey("source: ocidir://", .regsync), line: 2))
    #expect(failure("sync:\n- source: a\n  type: image\n") == ImageListError(.missingKey("target"), line: 2))
    #expect(
      failure("q.io: {username: u, password: p}\nh.io: {username: u, password: p, token: x}\n")
        == ImageListError(.unknownKey("token", .imageSyncer), line: 2))
  }

  @Test("T227: what is wrong is told with its line, and no password with it")
  func faults() {
    #expect(failure("h.io: {images-by-tag-regex: {a: '('}}\n") == ImageListError(.expression("("), line: 1))
    #expect(failure("h.io: {images-by-semver: {a: new}}\n") == ImageListError(.versionRange("new"), line: 1))
    #expect(failure("h.io: {images: {'a:1': []}}\n")?.reason == .repositoryWithTag("a:1"))
    #expect(failure("q.io/a:1,2: h.io/a:3\n") == ImageListError(.targetTags("h.io/a:3"), line: 1))
    #expect(failure("q.io/a: h.io/a:3\n")?.reason == .targetTags("h.io/a:3"))
    #expect(failure("q.io/a: h.io/$NO/a\n")?.reason == .noValue(variable: "NO"))
    let secret = failure("q.io: {username: u, password: $ecret}\n")
    #expect(secret == ImageListError(.noLoginValue(key: "password"), line: 1))
    let template = failure("sync: []\ncreds:\n- {registry: h.io, pass: '{{secret}}'}\n")
    #expect(template == ImageListError(.template(key: "pass"), line: 3))
    #expect(failure("sync:\n- {source: a, target: b, type: repo}\n")?.reason == .syncType("repo"))
  }
}
