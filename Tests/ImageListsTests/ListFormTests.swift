import ImageLists
import Testing

@Suite("Lists of images as people and programs write them")
struct ListFormTests {
  private func read(
    _ text: String, _ variables: [String: String] = [:], project: [String: String] = [:]
  ) throws -> (names: [String], passedOver: [PassedOverImage]) {
    var passedOver: [PassedOverImage] = []
    let images = try ImageList.read(
      Array(text.utf8), environment: { variables[$0] }, project: { project[$0] }, passedOver: { passedOver.append($0) })
    return (images.map(\.name), passedOver)
  }

  private func reason(_ text: String) -> ImageListError? {
    #expect(throws: ImageListError.self) { try ImageList.read(Array(text.utf8)) { _ in nil } }
  }

  @Test("T146: UTF-16 is read, and comments may be in any encoding")
  func encodings() throws {
    let text = "# 镜像\r\nnginx:1\r\nredis\r\n"
    for isLittle in [true, false] {
      let bytes = ([0xFEFF] + Array(text.utf16)).flatMap { unit -> [UInt8] in
        let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        return isLittle ? pair : pair.reversed()
      }
      #expect(try ImageList.read(bytes) { _ in nil }.map(\.name) == ["nginx:1", "redis"])
    }
    let comment = Array("# ".utf8) + [0xBE, 0xB5, 0xCF, 0xF1] + Array("\nnginx:1\n".utf8)
    #expect(try ImageList.read(comment) { _ in nil }.map(\.name) == ["nginx:1"])
    let name = Array("nginx:1\n".utf8) + [0xBE, 0xB5, 0x0A]
    #expect(throws: ImageListError(.notText, line: 2)) { try ImageList.read(name) { _ in nil } }
  }

  @Test("T146: a list of names in YAML or JSON, alone or as images, names images")
  func lists() throws {
    #expect(try read("- h.io/a:1\n- h.io/b:1\n").names == ["h.io/a:1", "h.io/b:1"])
    #expect(try read(#"["h.io/a:1","h.io/b:1"]"#).names == ["h.io/a:1", "h.io/b:1"])
    #expect(try read("images:\n- h.io/a:1\n").names == ["h.io/a:1"])
    #expect(reason("- a: 1\n- b\n")?.reason == .empty)
  }

  @Test("T146: an image of Helm values is put together, and one without a tag is told of")
  func helm() throws {
    let values = """
      image: {registry: h.io, repository: team/app, tag: 1.10}
      a: {image: {repository: h.io/a, tag: ""}}
      b: {image: {repository: h.io/b, digest: 'sha256:00'}}
      c: {image: {name: h.io/c, tag: 2}}
      d: {image: {pullPolicy: Always}}
      e: {image: {repository: h.io/e}}
      """
    let (names, passedOver) = try read(values)
    #expect(names == ["h.io/team/app:1.10", "h.io/b@sha256:00", "h.io/c:2"])
    #expect(
      passedOver == [
        PassedOverImage(reason: .noTag(repository: "h.io/a"), line: 2), PassedOverImage(reason: .unclear, line: 5),
        PassedOverImage(reason: .noTag(repository: "h.io/e"), line: 6),
      ])
  }

  @Test("T146: what only looks like an image is told of with its line; other texts are not")
  func passedOver() throws {
    let text = """
      image: h.io/a:1
      sidecarImage: h.io/side:1
      backgroundImage: forest.png
      env:
      - {name: RELATED_IMAGE_X, value: "h.io/x:1"}
      """
    let (names, passedOver) = try read(text)
    #expect(names == ["h.io/a:1"])
    #expect(
      passedOver == [
        PassedOverImage(reason: .key("sidecarImage"), line: 2),
        PassedOverImage(reason: .key("RELATED_IMAGE_X"), line: 5),
      ])
    #expect(
      reason("kind: Pod\nspec:\n- image: {{ .Values.image }}\n") == ImageListError(.passedOver(.unclear), line: 3))
  }

  @Test("T146: a line that is more than a name is told with what was probably meant")
  func moreThanAName() {
    #expect(
      reason("docker pull h.io/a:1\n")
        == ImageListError(.moreThanAName("docker pull h.io/a:1", suggestion: "h.io/a:1"), line: 1))
    #expect(
      reason("nginx\nFROM h.io/a:1 AS b\n")
        == ImageListError(.moreThanAName("FROM h.io/a:1 AS b", suggestion: "h.io/a:1"), line: 2))
    #expect(reason("REPOSITORY   TAG   IMAGE ID\nnginx 1 0123\n") == ImageListError(.tableOfImages, line: 1))
  }

  @Test("T146: variables of a compose project are for compose files, and come after the environment's")
  func projectVariables() throws {
    let compose = "services:\n  a:\n    image: h.io/${A}:${B}\n"
    #expect(try read(compose, ["B": "2"], project: ["A": "app", "B": "9"]).names == ["h.io/app:2"])
    #expect(try read(compose, ["B": ""], project: ["A": "app", "B": "9"]).names == ["h.io/app:"])
    #expect(throws: ImageListError(.noValue(variable: "A"), line: 1)) {
      try read("image: h.io/${A}\n", project: ["A": "app"])
    }
  }
}

@Suite("The .env of a compose project")
struct EnvironmentFileTests {
  private func read(_ text: String, _ variables: [String: String] = [:]) throws -> [String: String] {
    try EnvironmentFile.read(Array(text.utf8)) { variables[$0] }
  }

  @Test(
    "T146: lines are read as compose reads them",
    arguments: [
      ("A=1", "1"), ("A = 1", "1"), ("export A=1", "1"), ("A: 1", "1"), ("A=1 # x", "1"), ("A=1#x", "1#x"),
      ("A=", ""), ("A=# x", ""), ("A='a b # c'", "a b # c"), ("A=\"a \\\"b\\\"\\n\"", "a \"b\"\n"), ("A='$B'", "$B"),
      ("A=\"\\$B\"", "$B"), ("A=a b", "a b"), ("\u{FEFF}# x\r\n\r\nA=1\r\n", "1"), ("A='a\nb' # x", "a\nb"),
      ("A=1\nA=2", "2"), ("B=x\nA=$B-${C:-y}", "x-y"), ("A=${NOPE}z", "z"), ("A='it\\'s'", "it's"), ("A=a$", "a$"),
    ])
  func values(_ text: String, _ value: String) throws {
    #expect(try read(text)["A"] == value)
  }

  @Test("T146: what the environment has goes before the file's own, and a name alone sets nothing")
  func environment() throws {
    #expect(try read("B=file\nA=$B", ["B": "environment"])["A"] == "environment")
    #expect(try read("A\nB=1") == ["B": "1"])
  }

  @Test("T146: the line at fault is counted over quoted values", arguments: ["A='x\ny'\nno such\n", "\n\nA=\"x\n"])
  func faults(_ text: String) {
    #expect(throws: ImageListError(.malformedAssignment, line: 3)) { try read(text) }
  }
}
