import ImageLists
import ImageModel
import Testing

@Suite("New names in files of Kubernetes and compose")
struct ImageRewritingTests {
  private static let digest = Digest.hash([])

  private func rewritten(
    _ text: String, _ variables: [String: String] = [:]
  ) throws -> (text: String, kept: [String]) {
    let rewriting = try ImageRewriting(Array(text.utf8), environment: { variables[$0] })
    let (bytes, kept) = rewriting.text { name in
      guard !name.repository.hasSuffix("redis") else { return nil }
      return try? ImageReference(
        registry: RegistryName(parsing: "harbor.example"), repository: name.repository, tag: name.tag,
        digest: Self.digest)
    }
    return (String(decoding: bytes, as: UTF8.self), kept.map(\.name))
  }

  @Test(
    "T232: names change where they stand, plain and in quotes; comments, blanks and other letters stay byte for byte")
  func kubernetes() throws {
    let text = """
      # 部署 “nginx” \u{1F433}
      kind: Deployment
      metadata: {name: "应用"}
      spec:
        containers:
        - name: a   # nginx:1.21.4
          image:   nginx:1.21.4    # 镜像 nginx:1.21.4
        - {name: b, image: 'quay.io/team/b:2'}
        - image: "redis:7"
        - &c {image: "quay.io/team/c:3" }
        - *c
      ---
      kind: Pod
      spec: {containers: [{image: nginx:1.21.4}]}\r
      """
    let (result, kept) = try rewritten(text)
    let new = { (name: String) in "harbor.example/\(name)@\(Self.digest)" }
    let expected = text.replacing("   nginx:1.21.4    #", with: "   \(new("library/nginx:1.21.4"))    #")
      .replacing("'quay.io/team/b:2'", with: "'\(new("team/b:2"))'")
      .replacing("\"quay.io/team/c:3\"", with: "\"\(new("team/c:3"))\"")
      .replacing("{image: nginx:1.21.4}", with: "{image: \(new("library/nginx:1.21.4"))}")
    #expect(result == expected)
    #expect(kept == ["redis:7"])
  }

  @Test("T232: compose files too, their variables filled in; a byte order mark stays, and what is put together is told")
  func compose() throws {
    let text = "\u{FEFF}services:\n  ü: {image: 'nginx:${TAG}'}\n"
    let (result, _) = try rewritten(text, ["TAG": "1"])
    let expected = "\u{FEFF}services:\n  ü: {image: 'harbor.example/library/nginx:1@\(Self.digest)'}\n"
    #expect(Array(result.utf8) == Array(expected.utf8))
    let helm = "image: {repository: quay.io/a/b, tag: 1}\n"
    #expect(try rewritten(helm) == (helm, ["quay.io/a/b:1"]))
  }

  @Test("T232: what is no YAML, no UTF-8, or names no image is told", arguments: ["nginx:1\n", "a: 1\n"])
  func faults(text: String) {
    #expect(throws: ImageListError.self) { try ImageRewriting(Array(text.utf8), environment: { _ in nil }) }
  }
}
