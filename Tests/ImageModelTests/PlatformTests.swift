import ImageModel
import Testing

@Suite("Platform")
struct PlatformTests {
  @Test(
    "T072: a platform's other names become its normal form",
    arguments: [
      ("linux/amd64", "linux/amd64"), ("linux/amd64/v1", "linux/amd64"), ("linux/amd64/v2", "linux/amd64/v2"),
      ("linux/x86_64", "linux/amd64"), ("linux/x86-64", "linux/amd64"), ("Linux/AMD64", "linux/amd64"),
      ("linux/arm64", "linux/arm64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm64/8", "linux/arm64"),
      ("linux/aarch64", "linux/arm64"), ("linux/aarch64/v8", "linux/arm64"), ("linux/arm64/v9.0", "linux/arm64/v9"),
      ("linux/arm", "linux/arm/v7"), ("linux/arm/v7", "linux/arm/v7"), ("linux/arm/7", "linux/arm/v7"),
      ("linux/arm/6", "linux/arm/v6"), ("linux/armhf", "linux/arm/v7"), ("linux/armel", "linux/arm/v6"),
      ("linux/i386", "linux/386"), ("linux/386", "linux/386"), ("linux/s390x", "linux/s390x"),
      ("macos/arm64", "darwin/arm64"), ("windows/amd64", "windows/amd64"), ("arm64", "linux/arm64"),
      ("aarch64", "linux/arm64"), ("linux/riscv64", "linux/riscv64"), ("linux/new-cpu", "linux/new-cpu"),
    ])
  func normalForm(_ text: String, _ expected: String) throws {
    #expect("\(try Platform(parsing: text))" == expected)
  }

  @Test(
    "What names no platform is refused",
    arguments: [
      "", "/", "linux", "linux/", "/amd64", "linux/amd64/", "linux/amd64/v2/x", "linux amd64", "li nux/a", "nope",
    ])
  func malformed(_ text: String) {
    #expect(throws: PlatformError.malformed(text)) { try Platform(parsing: text) }
  }

  @Test("The host's platform is one of Linux, in normal form")
  func host() throws {
    #expect(Platform.host.os == "linux")
    #expect(try Platform(parsing: "\(Platform.host)") == .host)
  }

  @Test(
    "T072: lower variants run on higher ones, best first",
    arguments: [
      ("linux/arm/v7", ["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]),
      ("linux/arm/v6", ["linux/arm/v6", "linux/arm/v5"]),
      ("linux/arm/v5", ["linux/arm/v5"]),
      ("linux/arm/v8", ["linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]),
      ("linux/amd64", ["linux/amd64"]),
      ("linux/amd64/v3", ["linux/amd64/v3", "linux/amd64/v2", "linux/amd64"]),
      ("linux/arm64", ["linux/arm64"]),
      ("linux/arm64/v8.2", ["linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64"]),
      (
        "linux/arm64/v9",
        [
          "linux/arm64/v9", "linux/arm64/v8.5", "linux/arm64/v8.4", "linux/arm64/v8.3", "linux/arm64/v8.2",
          "linux/arm64/v8.1", "linux/arm64",
        ]
      ),
      ("linux/s390x", ["linux/s390x"]),
      ("linux/arm/v99999999999999999999", ["linux/arm/v99999999999999999999"]),
      ("linux/amd64/v1000000000", ["linux/amd64/v1000000000", "linux/amd64"]),
      ("linux/amd64/v-5", ["linux/amd64/v-5", "linux/amd64"]),
      ("linux/arm64/v8.x", ["linux/arm64/v8.x", "linux/arm64"]),
    ])
  func fallbacks(_ text: String, _ expected: [String]) throws {
    #expect(try Platform(parsing: text).fallbacks.map(\.description) == expected)
  }

  private static func entry(
    _ number: UInt8, _ platform: String?, annotations: [String: String] = [:]
  ) throws -> Descriptor {
    Descriptor(
      mediaType: .ociManifest, digest: .hash([number]), size: 1, annotations: annotations,
      platform: try platform.map { try Platform(parsing: $0) })
  }

  private func chosen(_ entries: [Descriptor], _ wanted: String) throws -> Int? {
    let wanted = try Platform(parsing: wanted)
    return Platform.choose(from: entries, wanted: wanted).flatMap { entries.firstIndex(of: $0) }
  }

  @Test("T072: the entry of the wanted platform is chosen, or the best one that runs there")
  func choice() throws {
    let entries = try [
      "linux/amd64", "linux/arm/v5", "linux/arm/v7", "linux/arm64/v8", "windows/amd64", "linux/amd64/v3", "linux/amd64",
    ].enumerated().map { try Self.entry(UInt8($0.offset), $0.element) }
    #expect(try chosen(entries, "linux/amd64") == 0)
    #expect(try chosen(entries, "linux/amd64/v2") == 0)
    #expect(try chosen(entries, "linux/amd64/v3") == 5)
    #expect(try chosen(entries, "linux/amd64/v4") == 5)
    #expect(try chosen(entries, "linux/arm") == 2)
    #expect(try chosen(entries, "linux/arm/v6") == 1)
    #expect(try chosen(entries, "linux/arm64") == 3)
    #expect(try chosen(entries, "linux/arm64/v8") == 3)
    #expect(try chosen(entries, "windows/amd64") == 4)
    #expect(try chosen(entries, "linux/s390x") == nil)
    #expect(try chosen(entries, "freebsd/amd64") == nil)
    #expect(try chosen([], "linux/amd64") == nil)
  }

  @Test("T072: an attestation is never chosen, not even as the only entry")
  func attestations() throws {
    let unknown = try Self.entry(1, "unknown/unknown")
    let annotated = try Self.entry(
      2, "linux/amd64", annotations: ["vnd.docker.reference.type": "attestation-manifest"])
    let bare = try Self.entry(3, nil, annotations: ["vnd.docker.reference.type": "attestation-manifest"])
    #expect(try chosen([unknown, annotated, bare], "linux/amd64") == nil)
    #expect(try chosen([unknown], "unknown/unknown") == nil)
    #expect(try chosen([annotated, Self.entry(4, "linux/amd64")], "linux/amd64") == 1)
    #expect(Platform.available(in: [unknown, annotated, bare]).isEmpty)
  }

  @Test("T072: an entry without a platform is chosen only if nothing fits and it is the only one")
  func unnamedEntries() throws {
    let named = try Self.entry(1, "linux/arm64")
    let unnamed = try Self.entry(2, nil)
    #expect(try chosen([unnamed], "linux/amd64") == 0)
    #expect(try chosen([named, unnamed], "linux/amd64") == 1)
    #expect(try chosen([unnamed, named], "linux/arm64") == 1)
    #expect(try chosen([unnamed, Self.entry(3, nil)], "linux/amd64") == nil)
  }

  @Test("T142: what says that it is no image is passed over, and taken only where nothing else is there")
  func artifactsOfAPlatform() throws {
    var soci = try Self.entry(1, "linux/amd64")
    soci.artifactType = MediaType(rawValue: "application/vnd.amazon.soci.index.v2+json")
    var image = try Self.entry(2, "linux/amd64")
    image.artifactType = .ociImageConfig
    #expect(try chosen([soci, image], "linux/amd64") == 1)
    #expect(try chosen([soci, Self.entry(3, "linux/amd64")], "linux/amd64/v3") == 1)
    #expect(try chosen([soci, Self.entry(3, "linux/arm64")], "linux/amd64") == 0)
    #expect(Platform.available(in: [soci, try Self.entry(3, "linux/arm64")]).map(\.description) == ["linux/arm64"])
  }

  @Test("T142: an image that needs features which nobody asked for comes after the plain ones")
  func features() {
    func entry(_ features: [String], variant: String? = nil, os: String = "linux") -> Descriptor {
      Descriptor(
        mediaType: .ociManifest, digest: .hash(Array("\(features)\(variant ?? "")".utf8)), size: 1,
        platform: Platform(os: os, architecture: "amd64", variant: variant, osFeatures: features))
    }
    let wanted = Platform(os: "linux", architecture: "amd64")
    let (erofs, nydus, plain) = (entry(["erofs"]), entry(["nydus.remoteimage.v1"]), entry([]))
    #expect(Platform.choose(from: [erofs, nydus, plain], wanted: wanted) == plain)
    #expect(Platform.choose(from: [erofs, nydus], wanted: wanted) == erofs)
    let newer = Platform(os: "linux", architecture: "amd64", variant: "v3")
    #expect(Platform.choose(from: [entry(["erofs"], variant: "v3"), plain], wanted: newer) == plain)
    let asking = Platform(os: "linux", architecture: "amd64", osFeatures: ["nydus.remoteimage.v1"])
    #expect(Platform.choose(from: [erofs, nydus], wanted: asking) == nydus)
    // Every Windows has what its images name.
    let windows = Platform(os: "windows", architecture: "amd64")
    let first = entry(["win32k"], os: "windows")
    #expect(Platform.choose(from: [first, entry([], os: "windows")], wanted: windows) == first)
  }

  @Test("A version of the system counts only where one is asked for")
  func systemVersion() {
    let entries = ["10.0.17763.1", "10.0.20348.1"].enumerated().map { index, version in
      Descriptor(
        mediaType: .ociManifest, digest: .hash([UInt8(index)]), size: 1,
        platform: Platform(os: "windows", architecture: "amd64", osVersion: version))
    }
    let any = Platform(os: "windows", architecture: "amd64")
    let newer = Platform(os: "windows", architecture: "amd64", osVersion: "10.0.20348.1")
    #expect(Platform.choose(from: entries, wanted: any) == entries[0])
    #expect(Platform.choose(from: entries, wanted: newer) == entries[1])
    #expect(Platform.available(in: entries).map(\.description) == ["windows/amd64"])
  }

  @Test("T072: what there is, is listed once each and in order")
  func available() throws {
    let entries = try ["linux/arm64/v8", "unknown/unknown", "linux/amd64", "linux/arm64"].enumerated()
      .map { try Self.entry(UInt8($0.offset), $0.element) }
    #expect(Platform.available(in: entries).map(\.description) == ["linux/arm64", "linux/amd64"])
  }
}
