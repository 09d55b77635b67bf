import ImageModel
import SeededRandom
import Testing

@testable import ImageLists

@Suite("Which images a file names")
struct ImageListTests {
  private func read(_ text: String, _ variables: [String: String] = [:]) throws(ImageListError) -> [ListedImage] {
    try ImageList.read(Array(text.utf8)) { variables[$0] }
  }

  private func names(_ text: String, _ variables: [String: String] = [:]) throws -> [String] {
    try read(text, variables).map(\.name)
  }

  @Test("one reference a line, with comments, blank lines, a byte order mark and any kind of line end")
  func plain() throws {
    let images = try read(
      "\u{FEFF}# shop\r\nnginx:1.21.4\r\n\r\n  harbor.example.com:8443/team/app@sha256:00 # the app\nredis")
    #expect(images.map(\.name) == ["nginx:1.21.4", "harbor.example.com:8443/team/app@sha256:00", "redis"])
    #expect(images.map(\.line) == [2, 4, 5])
  }

  @Test("options of a line are for its image, and those of a line of their own for the lines behind it")
  func options() throws {
    let images = try read(
      """
      a
      --platform=linux/arm64
      b
      c --platform=linux/amd64 --platform=linux/arm/v7
      d --all-platforms --as=team/d:1
      --all-platforms
      e
      """)
    #expect(images.map(\.platforms.count) == [0, 1, 2, 0, 0])
    #expect(images[1].platforms == [Platform(os: "linux", architecture: "arm64")])
    #expect(images.map(\.wantsAllPlatforms) == [false, false, false, true, true])
    #expect(images[3].loadedName == "team/d:1")
  }

  @Test(
    "what is wrong with a line is said with its number",
    arguments: [
      ("a\nb c", 2, ImageListError.Reason.unexpectedWord("c")), ("a --arch=arm", 1, .unknownOption("--arch=arm")),
      ("a\n\nb --platform=x/", 3, .platform("x/")), ("a --platform=arm64 --all-platforms", 1, .conflictingPlatforms),
      ("a\n--as=b", 2, .unexpectedWord("--as=b")), ("a --platform", 1, .unknownOption("--platform")),
    ])
  func faults(text: String, line: Int, reason: ImageListError.Reason) {
    #expect(throws: ImageListError(reason, line: line)) { try read(text) }
  }

  @Test(
    "a file without images, or of something else, is an error",
    arguments: ["", "# nothing\n", "services: {}\n", "a: 1"])
  func empty(text: String) {
    #expect(throws: ImageListError(.empty, line: nil)) { try read(text) }
    #expect(throws: ImageListError(.notText, line: 1)) { try ImageList.read([0xFF, 0xFE]) { _ in nil } }
    #expect(throws: ImageListError(.notText, line: nil)) { try ImageList.read([0x61, 0]) { _ in nil } }
  }

  @Test("compose: the images of the services, merged ones included, and nothing else")
  func compose() throws {
    let images = try read(
      """
      name: shop
      x-base: &base
        image: nginx:1.21.4
        restart: always
      x-unused:
        image: unused:1
      services:
        web:
          <<: *base
          ports: ["80:80"]
        other: { <<: *base, image: "nginx:${NGINX:-1.25}" }
        db:
          image: "postgres:${PG_VERSION}"
          platform: linux/arm64
        built:
          build: .
        cache: {image: redis@sha256:abc}
      volumes:
        image: {}
      """, ["PG_VERSION": "16"])
    #expect(images.map(\.name) == ["nginx:1.21.4", "nginx:1.25", "postgres:16", "redis@sha256:abc"])
    #expect(images.map(\.line) == [3, 11, 13, 17])
    #expect(images[2].platforms == [Platform(os: "linux", architecture: "arm64")])
  }

  @Test("Kubernetes and Helm: every container of every document, custom resources and image volumes")
  func kubernetes() throws {
    let names = try names(
      """
      ---
      # Source: shop/templates/deployment.yaml
      apiVersion: apps/v1
      kind: Deployment
      spec:
        template:
          spec:
            initContainers: [{name: wait, image: busybox:1.36}]
            containers:
              - name: app
                image: "harbor.example.com/team/app:2.0"
              - name: side
                image: envoy
            ephemeralContainers:
              - image: debug:1
            volumes:
              - name: model
                image:
                  reference: harbor.example.com/team/model:1
                  pullPolicy: Always
      ---
      apiVersion: monitoring.coreos.com/v1
      kind: Prometheus
      spec:
        image: quay.io/prometheus/prometheus:v2.50.0
      ---
      apiVersion: v1
      kind: List
      items:
        - kind: CronJob
          spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: job:1}]}}}}}
        - kind: ConfigMap
          data:
            config.yaml: |
              image: not-an-image
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      spec:
        image: not-an-image-either
      ---
      """)
    #expect(
      names == [
        "busybox:1.36", "harbor.example.com/team/app:2.0", "envoy", "debug:1", "harbor.example.com/team/model:1",
        "quay.io/prometheus/prometheus:v2.50.0", "job:1",
      ])
  }

  @Test("JSON is YAML")
  func json() throws {
    #expect(try names(#"{"kind":"Pod","spec":{"containers":[{"image":"a:1"},{"image":null}]}}"#) == ["a:1"])
  }

  @Test(
    "variables as compose fills them in",
    arguments: [
      ("${A}", "x"), ("$A", "x"), ("n:$A-y", "n:x-y"), ("${A:-d}", "x"), ("${E:-d}", "d"), ("${E-d}", ""),
      ("${N-d}", "d"), ("${N:-${A}}", "x"), ("${N:-a:${M:-1}}", "a:1"), ("${A:+z}", "z"), ("${N:+z}", ""),
      ("${E+z}", "z"), ("a$$b", "a$b"), ("${A:?m}", "x"), ("${E?m}", ""),
    ])
  func variables(text: String, value: String) throws {
    let variables = ["A": "x", "E": ""]
    #expect(try ComposeVariables.fill(text, line: 1) { variables[$0] } == value)
  }

  @Test(
    "a variable without a value is an error that names it, and the line",
    arguments: [
      ("n:${TAG}", ImageListError.Reason.noValue(variable: "TAG")), ("n:$TAG", .noValue(variable: "TAG")),
      ("${TAG:?set it}", .required(variable: "TAG", message: "set it")), ("${", .malformedVariable("${")),
      ("n$", .malformedVariable("n$")), ("${1A}", .malformedVariable("${1A}")),
      ("${A!b}", .malformedVariable("${A!b}")),
      ("${A:-${B:-${C:-${D:-${E:-${F:-${G:-${H:-${I:-x}}}}}}}}}", .malformedVariable("${I:-x}")),
    ])
  func missing(text: String, reason: ImageListError.Reason) {
    #expect(throws: ImageListError(reason, line: 3)) { try read("services:\n  web:\n    image: '\(text)'\n") }
  }

  @Test("what is no YAML is said with the parser's words and the line")
  func notYAML() throws {
    let error = #expect(throws: ImageListError.self) { try read("services:\n  web: [\n  image: a: b\n") }
    guard case .yaml = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(error?.line == 3)
  }

  @Test("depth, size and aliases that multiply are bounded")
  func bombs() throws {
    let deep = "image: " + String(repeating: "[", count: 100_000)
    #expect(throws: ImageListError(.tooDeep(limit: 128), line: 1)) { try read(deep) }
    #expect(throws: ImageListError(.tooLarge(limit: ImageList.limit), line: nil)) {
      try ImageList.read([UInt8](repeating: 0x61, count: ImageList.limit + 1)) { _ in nil }
    }
    // Each level refers nine times to the one before it: nine to the power of twenty, were it written out.
    var bomb = "a0: &a0 [{image: 'x:1'}]\n"
    for level in 1...20 {
      bomb += "a\(level): &a\(level) [" + (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ",") + "]\n"
    }
    #expect(try names(bomb) == ["x:1"])
    #expect(throws: ImageListError.self) { try read("a: *nobody\n") }
    #expect(throws: ImageListError(.tooDeep(limit: 128), line: 1)) { try read("a: &a {b: *a, image: 'x:1'}\n") }
  }

  @Test("depth counts through aliases, also within keys")
  func aliasDepth() throws {
    func chain(_ links: Int, key: Bool) -> String {
      var text = "a0: &a0 {image: 'x:1'}\n"
      for link in 1...links {
        text += key ? "? &a\(link) [*a\(link - 1)]\n: x\n" : "a\(link): &a\(link) [*a\(link - 1)]\n"
      }
      return text + "last: *a\(links)\n"
    }
    for key in [false, true] {
      #expect(try names(chain(100, key: key)) == ["x:1"])
      #expect(throws: ImageListError.self) { try read(chain(200, key: key)) }
      // Each of a hundred thousand levels is an alias of the one before it.
      let error = #expect(throws: ImageListError.self) { try read(chain(100_000, key: key)) }
      #expect(error?.reason == .tooDeep(limit: 128))
    }
  }

  @Test("merges of merges are looked through once each, however often they are named")
  func merges() throws {
    // Ten to the power of fifteen ways lead to the first one.
    var text = "x-0: &m0 {other: a}\n"
    for level in 1...15 {
      text += "x-\(level): &m\(level) {<<: [" + (0..<10).map { _ in "*m\(level - 1)" }.joined(separator: ", ") + "]}\n"
    }
    #expect(try names(text + "services:\n  a: {<<: *m15, image: 'x:1'}\n  b: {<<: *m15}\n") == ["x:1"])
    let found = text.replacing("{other: a}", with: "{image: 'y:1'}")
    #expect(try names(found + "services:\n  b: {<<: *m15}\n") == ["y:1"])
    // The first of several that have it counts.
    let several = "x-a: &a {image: 'a:1'}\nx-b: &b {image: 'b:1'}\nservices:\n  s: {<<: [{x: y}, *b, *a]}\n"
    #expect(try names(several) == ["b:1"])
  }

  @Test("T098: no text makes the reader fail otherwise")
  func anyText() {
    var random = SeededRandom(seed: 5)
    let parts = [
      "image", ": ", "\n", "  ", "- ", "a:1", "services:", "&a ", "*a", "<<", "{", "}", "[", "]", "$", "${", "A", ":-",
      "'", "\"", "|", "#", "---", "--platform=", "\t", "é", "\u{0}", "!!x ", "? ",
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...24, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      do { _ = try read(text, ["A": "x"]) } catch { #expect(error.line ?? 1 >= 1, "\(text)") }
    }
  }
}
