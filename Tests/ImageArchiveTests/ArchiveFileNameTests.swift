import ImageArchive
import ImageModel
import Testing

@Suite("ArchiveFileName")
struct ArchiveFileNameTests {
  private static let amd64 = Platform(os: "linux", architecture: "amd64")
  private static let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  private func name(_ reference: String, platform: String? = nil) throws -> String {
    ArchiveFileName.standard(
      for: try ImageReference(parsing: reference), platform: try platform.map { try Platform(parsing: $0) },
      host: Self.amd64)
  }

  @Test(
    "The name tells image and tag",
    arguments: [
      ("nginx:1.21.4", "nginx_1.21.4.tar"), ("nginx", "nginx_latest.tar"),
      ("harbor.example.com:5000/llsydn/nginx:1.21.4", "nginx_1.21.4.tar"), ("a/b/c-d.e__f:V1", "c-d.e__f_V1.tar"),
      ("nginx@sha256:\(hex)", "nginx_sha256-e3b0c44298fc.tar"), ("nginx:1@sha256:\(hex)", "nginx_1.tar"),
    ])
  func names(_ reference: String, _ expected: String) throws {
    #expect(try name(reference) == expected)
  }

  @Test("T144: longer names stand by, and the last one is no other image's")
  func alternatives() throws {
    func names(_ text: String, name: String? = nil, marks: [String] = []) throws -> [String] {
      ArchiveFileName.alternatives(
        for: try ImageReference(parsing: text), marks: marks, isDelta: false,
        name: try name.map { try ImageReference(parsing: $0) })
    }
    let app = try names("h.io:5000/team/app:1")
    #expect(app.dropLast() == ["app_1.tar", "team_app_1.tar", "h.io_5000_team_app_1.tar"])
    let others = try [
      names("h.io:5000/team_app:1"), names("h.io:5000/team/app:1", name: "x"), names("h.io:5000/team/app:2"),
    ]
    #expect(Set(([app] + others).map(\.last)).count == 4)
    #expect(try names("nginx", marks: ["linux-arm64"]).first == "nginx_latest_linux-arm64.tar")
  }

  @Test("A platform is named where it is not the machine's own")
  func platforms() throws {
    #expect(try name("nginx:1", platform: "linux/amd64") == "nginx_1.tar")
    #expect(try name("nginx:1", platform: "linux/x86_64") == "nginx_1.tar")
    #expect(try name("nginx:1", platform: "linux/arm64/v8") == "nginx_1_linux-arm64.tar")
    #expect(try name("nginx:1", platform: "linux/arm/v7") == "nginx_1_linux-arm-v7.tar")
    #expect(
      try name("nginx@sha256:\(Self.hex)", platform: "linux/arm64") == "nginx_sha256-e3b0c44298fc_linux-arm64.tar")
  }

  @Test(
    "T092: the name is safe on every file system",
    arguments: [
      ("con", "con_latest.tar"), ("h.io/con.x:1", "_con.x_1.tar"), ("h.io/nul.a", "_nul.a_latest.tar"),
      ("h.io/com1.x:1", "_com1.x_1.tar"), ("h.io/lpt9.x", "_lpt9.x_latest.tar"), ("h.io/com10.x:1", "com10.x_1.tar"),
      ("aux:a..", "aux_a...tar"), ("x:_-", "x__-.tar"),
    ])
  func safe(_ reference: String, _ expected: String) throws {
    #expect(try name(reference) == expected)
  }

  @Test("T092: platforms with odd characters do not get into the name")
  func oddPlatform() throws {
    let odd = Platform(os: "../..", architecture: "a\u{1B}b\n", variant: "c\\d:*?")
    let name = ArchiveFileName.standard(for: try ImageReference(parsing: "x:1"), platform: odd, host: Self.amd64)
    #expect(name == "x_1_..-..-a_b_-c_d___.tar")
  }

  @Test("T092: a long name is cut, and names that were cut stay different")
  func long() throws {
    let path = String(repeating: "a", count: 255)
    let tag = String(repeating: "t", count: 127)
    let names = try ["1", "2"].map { try name("h.io/\(path):\(tag)\($0)") }
    #expect(names.allSatisfy { $0.utf8.count + ".part.journal.new".utf8.count <= 255 })
    #expect(Set(names).count == 2)
    #expect(names.allSatisfy { $0.hasPrefix("aaaa") && $0.hasSuffix(".tar") })
  }
}
