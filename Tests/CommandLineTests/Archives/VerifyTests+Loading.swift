import HandmadeTar
import ScriptedServer

/// What engines do not load though every digest is right, as docker 20.10 and podman 4.3 did when they were asked.
extension VerifyTests {
  private static func kind(_ type: Character) -> HandmadeArchive {
    .layout(layers: [HandmadeArchive.layer { $0.member("etc/x", type: type) }])
  }

  static let layers: [Case] = [
    Case(
      "T148: a layer whose last file does not fill its last block, and that has no end",
      HandmadeArchive.layout(layers: [
        .init(mediaType: ImageFixture.layerType, bytes: Array(HandmadeArchive.file.bytes.dropLast(1_024 + 509)))
      ])),
    Case("T148: contiguous files", kind("7"), faults: ["unusable-layer"]),
    Case("T148: sparse files of GNU's old format", kind("S"), faults: ["unusable-layer"]),
    Case("T148: the label of a volume", kind("V"), faults: ["unusable-layer"]),
    Case("T148: sockets", kind("s"), faults: ["unusable-layer"]),
    Case(
      "T148: a hard link before its target",
      .layout(layers: [
        HandmadeArchive.layer {
          $0.member("b", type: "1", link: "a")
          $0.member("a", content: [1])
        }
      ]), faults: ["unusable-layer"]),
    Case(
      "T148: a hard link to a file of a lower layer",
      .layout(layers: [
        HandmadeArchive.file, HandmadeArchive.layer { $0.member("b", type: "1", link: "etc/a") },
      ])),
    Case(
      "T148: a file twice",
      .layout(layers: [
        HandmadeArchive.layer {
          $0.member("a", content: [1])
          $0.member("./a", content: [2])
        }
      ]), faults: ["unusable-layer"]),
    Case(
      "T148: a layer that is no tar archive",
      .layout(layers: [.init(mediaType: ImageFixture.layerType, bytes: ImageFixture.noise(2_000, seed: 3))]),
      faults: ["unusable-layer"]),
    Case(
      "T148: bytes behind a gzip stream",
      .layout(layers: [.init(mediaType: ImageFixture.layerType + "+gzip", bytes: emptyGzip + Array("behind".utf8))]),
      faults: ["damaged-layer"]),
    Case(
      "T148: an encrypted layer",
      .layout(layers: [
        .init(mediaType: ImageFixture.layerType + "+gzip+encrypted", bytes: ImageFixture.noise(2_000, seed: 4))
      ]), remarks: ["encrypted-layer"]),
    Case(
      "T148: an EROFS layer",
      .layout(layers: [
        .init(mediaType: "application/vnd.erofs.layer.v1", bytes: ImageFixture.noise(2_000, seed: 5))
      ]), remarks: ["erofs-layer"]),
    Case(
      "T149: AUFS's files for hard links",
      .layout(layers: [
        HandmadeArchive.layer {
          $0.member(".wh..wh.plnk/7.8", content: [1])
          $0.member("a", type: "1", link: ".wh..wh.plnk/7.8")
        }
      ])),
  ]

  /// A gzip stream of 1,024 zeros: docker's empty layer.
  static let emptyGzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x09, 0x6E, 0x88, 0x00, 0xFF, 0x62, 0x18, 0x05, 0xA3, 0x60, 0x14, 0x8C, 0x58, 0x00,
    0x08, 0x00, 0x00, 0xFF, 0xFF, 0x2E, 0xAF, 0xB5, 0xEF, 0x00, 0x04, 0x00, 0x00,
  ]

  private static func config(_ name: String, _ fields: String, _ faults: String...) -> Case {
    config(name, ImageFixture(layers: [HandmadeArchive.file], fields: fields), faults)
  }

  private static func config(_ name: String, _ image: ImageFixture, _ faults: [String]) -> Case {
    Case("T153: \(name)", .layout([(image, "docker.io/team/app:1")]), faults: faults)
  }

  private static func root(_ name: String, _ root: String, _ faults: String...) -> Case {
    config(name, ImageFixture(layers: [HandmadeArchive.file], root: root), faults)
  }

  static let configs: [Case] = [
    config("Entrypoint as text", #","config":{"Entrypoint":"/bin/app"}"#, "unusable-config-field"),
    config("a user that is a number", #","config":{"User":1000}"#, "unusable-config-field"),
    config("ports as a list", #","config":{"ExposedPorts":["80/tcp"]}"#, "unusable-config-field"),
    config("an interval as text", #","config":{"Healthcheck":{"Interval":"30s"}}"#, "unusable-config-field"),
    config("a label that is a number", #","config":{"Labels":{"a":5}}"#, "unusable-config-field"),
    config("a label that is null", #","config":{"Labels":{"a":null}}"#),
    config("null for everything", #","created":null,"history":null,"config":{"Cmd":null,"Env":[null],"User":null}"#),
    config("created empty", #","created":"""#, "unusable-config-field"),
    config("created on no day", #","created":"2024-02-30T05:01:00Z""#, "unusable-config-field"),
    config("created without a zone", #","created":"2024-02-20T05:01:00""#, "unusable-config-field"),
    config("created in another zone", #","created":"2024-02-29T05:01:00.123456789+08:00""#),
    config("a step that was made at no time", #","history":[{"created":""}]"#, "unusable-config-field"),
    config("more steps than layers", #","history":[{},{}]"#, "history-too-long"),
    config("steps without a layer", #","history":[{},{"empty_layer":true}]"#),
    root("no rootfs", "", "no-rootfs"),
    root("diff_ids null", #","rootfs":{"type":"layers","diff_ids":null}"#, "no-diff-ids"),
    root(
      "more diff_ids than layers",
      #","rootfs":{"diff_ids":["\#(HandmadeArchive.file.digest)","\#(HandmadeArchive.file.digest)"]}"#,
      "layers-do-not-match-config"),
    root("letters in another case", #","RootFS":{"Diff_IDs":["\#(HandmadeArchive.file.digest)"]}"#),
    config("125 layers", ImageFixture(layers: many(125)), []),
    config("126 layers", ImageFixture(layers: many(126)), ["too-many-layers"]),
  ]

  private static func many(_ count: Int) -> [ImageFixture.Blob] {
    (0..<count).map { number in HandmadeArchive.layer { $0.member("file\(number)") } }
  }
}
