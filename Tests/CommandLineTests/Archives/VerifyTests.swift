import ScriptedServer
import Testing

@Suite("dray verify")
struct VerifyTests {
  private static let whole = HandmadeArchive.layout()
  private static let docker = HandmadeArchive.docker()
  private static let image = HandmadeArchive.image
  private static let layer = HandmadeArchive.blobName(image.layers[1])
  private static let config = HandmadeArchive.blobName(image.config)

  /// An archive, and the names that `--json` gives what is wrong with it.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let faults: [String]
    var remarks: [String] = []
    /// The member that a finding names.
    var member: String?

    init(
      _ name: String, _ archive: HandmadeArchive, faults: [String] = [], remarks: [String] = [], member: String? = nil
    ) {
      self.init(name, bytes: archive.bytes, faults: faults, remarks: remarks, member: member)
    }

    init(_ name: String, bytes: [UInt8], faults: [String], remarks: [String] = [], member: String? = nil) {
      testDescription = name
      self.bytes = bytes
      self.faults = faults
      self.remarks = remarks
      self.member = member
    }
  }

  private static func flipped(_ member: inout HandmadeArchive.Member) { member.content[500] ^= 1 }

  static let cases: [Case] = [
    Case("whole", whole), Case("whole, of docker save of old", docker),
    Case(
      "several images",
      .layout([(HandmadeArchive.image, "docker.io/team/app:1"), (HandmadeArchive.otherImage, "docker.io/team/b:2")])),
    Case("a bit of a layer", whole.changing(layer, flipped), faults: ["wrong-digest"], member: layer),
    Case(
      "T104: a bit of a layer of docker save of old", docker.changing("layer1/layer.tar", flipped),
      faults: ["wrong-diff-id"], member: "layer1/layer.tar"),
    Case(
      "a layer of another size", whole.changing(layer) { $0.content.append(0) }, faults: ["fault", "wrong-digest"],
      member: layer),
    Case("no layer", whole.without(layer), faults: ["missing-layer"], member: layer),
    Case(
      "a delta that names its base",
      whole.without(layer).changing("index.json") {
        let absent =
          #""annotations":{"io.dray.delta.absent":"\#(image.layers[1].digest)","io.dray.delta.base":"a/b:1","#
        $0.content = Array(
          String(decoding: $0.content, as: UTF8.self).replacing(#""annotations":{"#, with: absent).utf8)
      }, remarks: ["delta"]),
    Case(
      "a layer in zstd, which old Docker cannot load", HandmadeArchive.layout([(zstd(), "docker.io/team/app:1")]),
      remarks: ["zstd"]),
    Case(
      "a layer in zstd that is said to be in gzip",
      HandmadeArchive.layout([(zstd(as: "application/vnd.oci.image.layer.v1.tar+gzip"), "docker.io/team/app:1")]),
      remarks: ["zstd", "other-compression"]),
    Case("no config", whole.without(config), faults: ["missing-config"], member: config),
    Case(
      "no manifest", whole.without(HandmadeArchive.blobName(image.manifest)), faults: ["fault", "not-in-index"],
      member: HandmadeArchive.blobName(image.manifest)),
    Case(
      "no layer in docker save of old", docker.without("layer0/layer.tar"), faults: ["missing-layer"],
      member: "layer0/layer.tar"),
    Case("no oci-layout", whole.without("oci-layout"), faults: ["no-layout-marker"]),
    Case(
      "another version of the layout",
      whole.changing("oci-layout") { $0.content = Array(#"{"imageLayoutVersion":"2"}"#.utf8) },
      faults: ["unreadable-layout-marker"]),
    Case("a blob that nobody names", whole.adding(name([1]), [1]), remarks: ["unnamed-blob"], member: name([1])),
    Case(
      "a wrong blob that nobody names", whole.adding(name([1]), [2]), faults: ["wrong-digest"],
      remarks: ["unnamed-blob"], member: name([1])),
    Case(
      "T100: names that lead elsewhere", whole.adding("../x", [1]).adding("/etc/passwd", [1]).adding("a/../b"),
      faults: ["odd-name", "odd-name", "odd-name"]),
    Case(
      "a blob with a name that is no digest", whole.adding("blobs/sha256/abc", [1]), faults: ["misnamed-blob"],
      member: "blobs/sha256/abc"),
    Case("T207: what macOS puts beside a blob for its attributes", whole.adding("blobs/sha256/._abc", [1])),
    Case(
      "T100: a member twice, the same", docker.adding("layer0/layer.tar", image.layers[0].bytes),
      remarks: ["repeated"], member: "layer0/layer.tar"),
    Case(
      "T100: a member twice, and different", docker.adding("layer0/layer.tar", [1]), faults: ["fault"],
      member: "layer0/layer.tar"),
    Case("a member below a file", whole.adding("index.json/x", [1]), faults: ["fault"], member: "index.json/x"),
    Case(
      "manifest.json and index.json with different layers",
      whole.changing("manifest.json") {
        $0.content = Array("[\(HandmadeArchive.entry(config: config, tag: "team/app:1", layers: [layer]))]".utf8)
      }, faults: ["layers-differ"]),
    Case(
      "manifest.json and index.json with different names",
      whole.changing("manifest.json") {
        let layers = image.layers.map(HandmadeArchive.blobName)
        $0.content = Array("[\(HandmadeArchive.entry(config: config, tag: "team/app:2", layers: layers))]".utf8)
      }, remarks: ["names-differ"]),
    Case("a name without a tag", HandmadeArchive.docker(tag: "team/app"), faults: ["unusable-tag"]),
    Case(
      "a name with a digest", HandmadeArchive.docker(tag: "team/app@\(image.config.digest)"), faults: ["unusable-tag"]),
    Case(
      "T100: a config outside",
      docker.changing("manifest.json") {
        $0.content = Array(
          "[\(HandmadeArchive.entry(config: "../../etc/passwd", tag: "a:1", layers: ["layer0/layer.tar"]))]".utf8)
      }, faults: ["fault"], member: "../../etc/passwd"),
    Case("T101: cut off", bytes: whole.bytes.dropLast(1_024), faults: ["truncated"]),
    Case(
      "T101: cut off within a layer", bytes: Array(whole.bytes.dropLast(20_000)),
      faults: ["truncated", "missing-layer"],
      member: layer),
    Case("T101: garbage behind the end", bytes: whole.bytes + [1], faults: ["fault"]),
    Case("T101: only one zero block", bytes: whole.bytes.dropLast(512), faults: ["truncated"]),
    Case(
      "T104: layers as links",
      docker.changing("layer1/layer.tar") { $0.name = "x.tar" }.adding("layer1/layer.tar", type: "2", link: "../x.tar")),
    Case(
      "T104: layers as hard links",
      docker.changing("layer1/layer.tar") { $0.name = "x.tar" }.adding("layer1/layer.tar", type: "1", link: "x.tar")),
    Case(
      "no JSON", whole.changing("index.json") { $0.content = [0x7B] }, faults: ["fault", "not-in-index"],
      remarks: ["unnamed-blob"], member: "index.json"),
    Case(
      "two images with one config, their layers compressed in different ways",
      HandmadeArchive.layout([(zstd(), "docker.io/team/app:zstd"), (plain, "docker.io/team/app:plain")]),
      remarks: ["zstd"]),
    Case(
      "two images with one config in docker save of old, the second without a layer",
      docker.changing("manifest.json") {
        let config = docker.members[2].name
        let first = HandmadeArchive.entry(config: config, tag: "a:1", layers: ["layer0/layer.tar", "layer1/layer.tar"])
        let second = HandmadeArchive.entry(
          config: config, tag: "a:2", layers: ["layer0/layer.tar", "layer2/layer.tar"])
        $0.content = Array("[\(first),\(second)]".utf8)
      }, faults: ["missing-layer"], member: "layer2/layer.tar"),
    Case(
      "a config that is no JSON", docker.changing(docker.members[2].name) { $0.content = [0x7B] },
      faults: ["fault", "wrong-digest"]),
  ]

  /// A zero block, which ends a tar archive.
  private static let content = [UInt8](repeating: 0, count: 512)
  /// The image of ``zstd(as:)`` with its layer as it is.
  private static let plain = ImageFixture(
    config: zstd().config, layers: [.init(mediaType: ImageFixture.layerType, bytes: content)])

  /// An image with one layer: a frame with one block of bytes as they are (RFC 8878).
  private static func zstd(as type: String = "application/vnd.oci.image.layer.v1.tar+zstd") -> ImageFixture {
    let layer = ImageFixture.Blob(
      mediaType: type, bytes: [0x28, 0xB5, 0x2F, 0xFD, 0x60, 0x00, 0x01, 0x01, 0x10, 0x00] + content)
    let config =
      #"{"architecture":"amd64","os":"linux","rootfs":{"diff_ids":["\#(ImageFixture.digest(content))"]}}"#
    return ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: [layer])
  }

  private static func name(_ bytes: [UInt8]) -> String { "blobs/sha256/\(ImageFixture.digest(bytes).dropFirst(7))" }

  @Test(
    "T104: each fault is a line and the end is 6; what is all right ends with 0", arguments: cases + layers + configs)
  func finds(_ scene: Case) async throws {
    try await Dray.scene { dray in
      try dray.write(scene.bytes, to: "x.tar")
      let ended = try await dray.run(["verify", "x.tar", "--json"])
      let lines = ended.output.split(separator: "\n").map(String.init)
      let found = lines.dropLast().filter { $0.contains(#""event":"finding""#) }
      for (isFault, names) in [(true, scene.faults), (false, scene.remarks)] {
        let told = found.filter { $0.contains(#""isFault":\#(isFault)"#) }
          .compactMap { $0.firstMatch(of: /"finding":"([a-z-]+)"/).map { String($0.output.1) } }
        #expect(Set(told) == Set(names), "\(ended.output)")
      }
      if let member = scene.member {
        #expect(found.contains { $0.contains(#""member":"\#(member)""#) }, "\(ended.output)")
      }
      #expect(lines.last?.contains(#""event":"verified""#) == true)
      #expect(ended.code == (scene.faults.isEmpty ? 0 : 6))
      #expect(ended.errors.isEmpty)
      #expect(dray.files == ["x.tar"])

      let text = try await dray.run(["verify", "x.tar"])
      #expect(text.code == ended.code)
      #expect(text.output.split(separator: "\n").count == found.count + 1)
      #expect(text.output.contains(scene.faults.isEmpty ? "'x.tar' is valid: " : "'x.tar' has "))
    }
  }

  @Test("A delta's finding lists what is absent; that of a damaged layer says how")
  func details() async throws {
    try await Dray.scene { dray in
      let delta = Self.whole.without(Self.layer).changing("index.json") {
        let absent = #""annotations":{"io.dray.delta.absent":"\#(Self.image.layers[1].digest)","#
        $0.content = Array(
          String(decoding: $0.content, as: UTF8.self).replacing(#""annotations":{"#, with: absent).utf8)
      }
      try dray.write(delta.bytes, to: "delta.tar")
      let told = try await dray.run(["verify", "delta.tar", "--json"])
      #expect(told.output.contains(#""layers":["\#(Self.image.layers[1].digest)"]"#), "\(told.output)")
      // The beginning of a gzip stream, and no more.
      let layer = ImageFixture.Blob(
        mediaType: ImageFixture.layerType, bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B])
      let damaged = ImageFixture(config: Self.plain.config, layers: [layer])
      try dray.write(HandmadeArchive.layout([(damaged, "docker.io/team/app:1")]).bytes, to: "damaged.tar")
      let said = try await dray.run(["verify", "damaged.tar"])
      #expect(said.code == 6)
      #expect(said.output.contains("cannot be decompressed: the gzip stream"), "\(said.output)")
    }
  }

  @Test("A file that is no archive is no finding: usage; one that is not there is a failure of the disk")
  func noArchive() async throws {
    try await Dray.scene { dray in
      try dray.write(Array("text".utf8), to: "text")
      #expect(try await dray.run(["verify", "text"]).code == 2)
      #expect(try await dray.run(["verify", "nothing.tar"]).code == 30)
      let json = try await dray.run(["verify", "text", "--json"])
      #expect(json.code == 2)
      #expect(json.output.contains(#""class":"usage""#))
      #expect(try await dray.run(["verify", "text", "--json", "--quiet"]).code == 2)
    }
  }

  @Test("An archive compressed as a whole: its message names the command that unpacks it, and that works")
  func compressed() async throws {
    try await Dray.scene { dray in
      try dray.write(Self.whole.bytes, to: "x.tar")
      for (program, ending) in [
        ("gzip", "gz"), ("zstd -q", "zst"), ("bzip2", "bz2"), ("xz", "xz"), ("zip -q y.tar.zip", "zip"),
      ] {
        let lines = try await dray.shell(
          """
          rm -f y.tar y.tar.\(ending); cp x.tar y.tar; \(program) y.tar; rm -f y.tar
          for command in verify inspect; do $DRAY $command y.tar.\(ending) 2> errors; echo $?; done
          eval "$(sed -n 's/.*decompress it first: //p' errors)"; $DRAY verify y.tar > /dev/null; echo $?
          """)
        #expect(lines == ["2", "2", "0"], "\(program)")
      }
    }
  }

  @Test("Volumes are verified by the name of the first, and a missing one shows")
  func volumes() async throws {
    try await Dray.scene { dray in
      try dray.write(Self.whole.bytes, to: "x.tar")
      let lines = try await dray.shell(
        """
        split -b 30000 -d -a 3 --numeric-suffixes=1 x.tar x.tar. && rm x.tar
        $DRAY verify x.tar.001 > /dev/null; echo $?
        $DRAY inspect x.tar.001 | sed -n 's/^image: *//p'
        rm x.tar.002; $DRAY verify x.tar.001 > /dev/null; echo $?
        """)
      #expect(lines == ["0", "team/app:1", "6"])
    }
  }

  @Test("T101: inspect --salvage shows what is whole of a damaged archive, and what is wrong")
  func salvage() async throws {
    try await Dray.scene { dray in
      try dray.write(Array(Self.whole.bytes.dropLast(20_000)), to: "x.tar")
      let strict = try await dray.run(["inspect", "x.tar"])
      #expect(strict.code == 20)
      #expect(strict.errors.contains("is truncated"))
      let saved = try await dray.run(["inspect", "x.tar", "--salvage"])
      #expect(saved.code == 0)
      #expect(saved.output.contains("is truncated"))
      #expect(saved.output.contains("  missing  sha256:") || saved.output.contains("missing"))
      #expect(saved.output.contains("team/app:1"))

      let config = HandmadeArchive.blobName(Self.image.config)
      try dray.write(Self.whole.changing(config) { $0.content[20] ^= 1 }.bytes, to: "x.tar")
      #expect(try await dray.run(["inspect", "x.tar"]).code == 20)
      let rest = try await dray.run(["inspect", "x.tar", "--salvage"])
      #expect(rest.code == 0)
      #expect(rest.output.contains(Self.image.layers[1].digest))
    }
  }
}
