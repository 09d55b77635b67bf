import HTTPAccess
import ImageArchive
import ImageLists
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient
import TarFormat

/// Every parser that foreign input reaches.
extension ParserFuzz {
  public static let all: [ParserFuzz] = names + documents + headers + answers + files + lists + layers

  private static let digest = "sha256:" + String(repeating: "5f", count: 32)
  private static let json = #"{}[]",:0123456789.eE+-\u truefalsn"#

  private static let names = [
    ParserFuzz(
      "reference",
      good: [
        "nginx", "harbor.example.com:5000/team/app:1.2@\(digest)", "[::1]:5000/a/b", "https://u:p@h.io/a?x",
        "docker pull nginx",
      ], alphabet: "aZ0.-_:/@[]% \n\\#?sha256:f", text: { _ = try? ImageReference(parsing: $0) }),
    ParserFuzz(
      "digest", good: [digest, "sha512:" + String(repeating: "a1", count: 64)], alphabet: "sha256:0af",
      text: { _ = try? Digest(parsing: $0) }),
    ParserFuzz(
      "platform", good: ["linux/arm64/v8", "windows/amd64"], alphabet: "/arm64v8linux.",
      text: { _ = try? Platform(parsing: $0).fallbacks }),
  ]

  private static let lists = [
    ParserFuzz(
      "image list",
      good: [
        "nginx:1\n--platform=linux/arm64\nb --as=c # d\n",
        "x-a: &a {image: 'n:${V:-1}'}\nservices:\n  w:\n    <<: *a\n  d: {image: $W, platform: linux/arm64}\n",
        "---\nkind: Pod\nspec:\n  containers:\n  - image: |\n      a\n  - image: {reference: b}\n",
      ].map { Array($0.utf8) }, alphabet: "image: -\n&*<{}[]$'\"|#:,!?%@`~\t"
    ) { _ = try? ImageList.read($0) { $0 == "V" ? "1" : nil } },
    ParserFuzz(
      "file for syncing",
      good: [
        "h.io:\n  images: {a: [], b: ['1', '\(digest)']}\n  images-by-semver: {c: '>=1'}\n  tls-verify: false\n",
        "creds: [{registry: h.io, pass: '{{env \"V\"}}'}]\nsync:\n- {source: a, target: h.io/a, type: repository}\n",
        "q.io/a:1,2: [h.io/a:3,4, $V/b]\nq.io/a:/a+/: h.io/a\n",
        #"{"auth":{"q.io":{"username":"$V","password":"p"}},"images":{"q.io/a@\#(digest)":"h.io/a"}}"#,
      ].map { Array($0.utf8) }, alphabet: "imagesync: -\n&*<{}[]$'\"|#:,!?/@"
    ) { _ = try? SyncList.read($0, path: "f") { $0 == "V" ? "1" : nil } },
    ParserFuzz(
      "regular expression", good: [#"^v?\d+(\.\d+){1,3}(-[a-z]+)*$"#, "(a|b[^c-d])*?", "(?i)x[[:digit:]]"],
      alphabet: #"()[]{}|*+?.\^$:dwa-z0,9"#,
      text: { _ = try? NameExpression($0, isAnchored: false).matches("v1.20.3-alpine3.20-rc1") }),
    ParserFuzz(
      "range of versions", good: [">=1.2, <2 || ^3.x", "1.2 - 1.4", "~0.0.3-rc.1 !=2"],
      alphabet: "<>=!~^|, .x*v-0123rc",
      text: { _ = VersionRange(parsing: $0, .masterminds)?.contains("v1.3.0-rc.2") }),
    ParserFuzz(
      "tag selection", good: ["1.*", ">=1.2 <2,=3", "newest:3"], alphabet: "<>=*?. ,newst:0123v-",
      text: { _ = TagSelection(parsing: $0)?.chosen(from: ["1.2", "latest", "v1.3-rc1"]) }),
    ParserFuzz(
      "image pattern", good: ["h.example:5000/team/*:1.*", "bitnami/?"], alphabet: "*?/:.@a",
      text: { _ = try? ImagePattern(parsing: $0).fixedPath }),
  ]

  private static let documents = [
    ParserFuzz(
      "manifest",
      good: [
        manifest(more: #","annotations":{"a":"\uD83D\uDE00"}"#), manifest(more: #","subject":null"#),
        #"{"schemaVersion":2,"manifests":[\#(descriptor(more: #","platform":{"os":"linux","architecture":"arm"}"#))]}"#,
      ].map { Array($0.utf8) }, alphabet: json
    ) { bytes in
      guard case .index(let index) = try? ManifestDocument(parsing: bytes, contentType: nil) else { return }
      _ = Platform.choose(from: index.manifests, wanted: .host)
    },
    ParserFuzz(
      "config",
      good: [
        Array(#"{"os":"linux","config":{"Cmd":["a"]},"rootfs":{"diff_ids":["\#(digest)"]},"x":1.5e3}"#.utf8)
      ], alphabet: json
    ) { _ = try? ImageConfig(parsing: $0).platform },
    ParserFuzz("name constraints of a certificate", good: [constrained], alphabet: "\u{0}\u{1}\u{4}\u{6}0U") {
      _ = try? NameConstraints(of: $0).permits(name: "a.b")
    },
  ]

  /// What is looked at of a certificate whose authority may vouch for `a.b`.
  private static let constrained: [UInt8] = [
    0x30, 0x1d, 0x30, 0x1b, 0x02, 0x01, 0x01, 0xa3, 0x16, 0x30, 0x14, 0x30, 0x12, 0x06, 0x03, 0x55, 0x1d, 0x1e, 0x04,
    0x0b,
    0x30, 0x09, 0xa0, 0x07, 0x30, 0x05, 0x82, 0x03, 0x61, 0x2e, 0x62,
  ]

  private static func descriptor(more: String = "") -> String {
    #"{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"\#(digest)","size":2\#(more)}"#
  }

  private static func manifest(more: String) -> String {
    #"{"schemaVersion":2,"config":\#(descriptor()),"layers":[\#(descriptor(more: #","data":"e30=""#))]\#(more)}"#
  }

  private static let headers = [
    ParserFuzz(
      "challenge",
      good: [
        #"Bearer realm="https://a/token",service="s",scope="repository:x/y:pull""#,
        #"Negotiate abc==, Basic realm="a \" b", Digest qop=auth"#,
      ], alphabet: "Bearer \",=\\\t:/",
      text: {
        _ = Challenge.parse([$0]).map { ($0, BearerChallenge($0)) }
      }),
    ParserFuzz(
      "Content-Range", good: ["bytes 0-5/10", "bytes */10", "bytes 9223372036854775806-9223372036854775806/*"],
      alphabet: "bytes 0-9/*", text: { _ = ContentRange(parsing: $0)?.range?.count }),
    ParserFuzz(
      "Link", good: [#"</v2/_catalog?last=b>; rel="next", <c>; rel=x"#], alphabet: "<>;=\",rel next",
      text: { _ = LinkHeader.next(in: [$0]) }),
    ParserFuzz(
      "Retry-After",
      good: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "1746136938",
      ], alphabet: "Sun, 06Nov-94:GMT",
      text: { for now in [Int64.min, 0, 1_764_000_000, .max] { _ = RetryAfter(parsing: $0, now: now) } }),
    ParserFuzz(
      "Warning", good: [#"299 - "deprecated" "Sun, 06 Nov 1994 08:49:37 GMT", 299 - "b""#], alphabet: "299 -\",\\",
      text: { _ = WarningHeader.texts(in: [$0]) }),
    ParserFuzz(
      "Location",
      good: ["https://host:443/a/b?c=d#e", "../a/./b?x", "//host/path", "https://[::1]:5000/%2f|", "http://u:p@h/.."],
      alphabet: "https://[:1].%2f?#@\\",
      text: {
        _ = AbsoluteURL(parsing: "https://registry.test/v2/x?y")?.resolve(location: $0)?.redacted
      }),
  ]

  private static let answers = [
    ParserFuzz(
      "token", good: [Array(#"{"token":"abc","access_token":"","expires_in":300,"issued_at":"x"}"#.utf8)],
      alphabet: json + "tokenexpirs_in"
    ) { _ = try? TokenResponse(parsing: $0) },
    ParserFuzz(
      "error body", good: [Array(#"{"errors":[{"code":"DENIED","message":"no","detail":{}},"x"],"message":"m"}"#.utf8)],
      alphabet: json + "errorscodemessage"
    ) { _ = RegistryErrorBody(parsing: $0).words },
    ParserFuzz(
      "name server's answer", good: [nameAnswer, Array(nameAnswer.prefix(12))], alphabet: "\u{0}\u{1}\u{5}\u{12}4aetsx"
    ) { bytes in _ = nameQuestion?.code(ofAnswer: bytes) },
    ParserFuzz("gzip", good: [gzip], alphabet: "\u{0}\u{1f}\u{8}") { _ = try? Inflation.gzip($0, limit: 1 << 20) },
  ]

  private static let nameQuestion = NameQuestion("a.test", identifier: 0x1234)
  /// SERVFAIL, with the question.
  private static let nameAnswer: [UInt8] =
    [0x12, 0x34, 0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 0] + (nameQuestion?.message.dropFirst(12) ?? [])

  /// `{}` in one member (RFC 1952).
  private static let gzip: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0,
  ]

  private static let files = [
    ParserFuzz(
      "auth file",
      good: [
        Array(
          #"{"auths":{"https://a.b/v1/":{"auth":"dTpw"},"a.b/c":{"identitytoken":"x"}},"credHelpers":{"a.b":"x"}}"#.utf8
        )
      ], alphabet: json + "auths"
    ) { _ = try? CredentialFileContent(parsing: $0) },
    ParserFuzz(
      "journal", good: [journal], alphabet: "dray-journal 1\nhave sha256:0129 plan boot durable"
    ) { _ = TransferJournal(parsing: $0, boot: "b")?.claims },
    ParserFuzz("configuration file", good: [Array(toml.utf8)], alphabet: "[]=\"'\n.#{},0123456789-+_eTZ:truefalse \\") {
      _ = try? TOMLReader.read($0)
    },
    ParserFuzz(
      "resolv.conf", good: ["search a.b\nnameserver fe80::1%eth0\nnameserver 10.0.0.53\n"],
      alphabet: "nameserver search\n\t#;:.%019af", text: { _ = ResolverConfiguration(parsing: Array($0.utf8)).servers }),
    ParserFuzz("tar header", good: [tarBlock], alphabet: "ustar\u{0}0001234567 ") { bytes in
      let block = Array((bytes + [UInt8](repeating: 0, count: 512)).prefix(512))
      block.withUnsafeBytes { _ = TarBlock($0) }
      withChecksum(block).withUnsafeBytes { _ = TarBlock($0) }
    },
    ParserFuzz(
      "pax header", good: [Array("19 path=blobs/a/b/c\n15 size=10000000\n27 GNU.sparse.major=1.0000\n".utf8)],
      alphabet: "0123456789 =\npathsize"
    ) { _ = ExtendedHeader($0) },
    ParserFuzz(
      "index.json", good: [Array(#"{"manifests":[{"annotations":{"io.containerd.image.name":"a/b:1"}}]}"#.utf8)],
      alphabet: json
    ) { _ = try? ImageNames(index: $0) },
  ]

  private static let toml = """
    unqualified-search-registries = ["docker.io", 'quay.io']
    [[registry]]
    prefix = "a.b/c" # x
    insecure = true
    [host."https://m.test"]
    capabilities = ["pull", "resolve"]
    header = { x = ["a\\u00e9"], y = 1.5e3, z = 1979-05-27T07:32:00Z }

    """

  private static let journal: [UInt8] = {
    let claim = "have \(digest) 100 512 0 50"
    return Array("dray-journal 1\nplan \(digest)\nboot b\n\(claim)\ndurable 200\n".utf8)
  }()

  private static let tarBlock: [UInt8] = {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    put("blobs/sha256/a", at: 0)
    put("0000644", at: 100)
    put("00000001000", at: 124)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    return withChecksum(block)
  }()

  /// So that the fields behind the checksum are looked at too.
  static func withChecksum(_ block: [UInt8]) -> [UInt8] {
    var block = block
    block.replaceSubrange(148..<156, with: Array("        ".utf8))
    let sum = block.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    block.replaceSubrange(
      148..<156, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8) + [0, 0x20])
    return block
  }
}
