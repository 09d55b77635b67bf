import ScriptedServer
import Testing

/// Archives as programs write them that may not be on the machine.
@Suite("Archives in the forms of crane and regctl")
struct ForeignFormTests {
  private static let image = HandmadeArchive.image

  private static func hex(_ blob: ImageFixture.Blob) -> String { String(blob.digest.dropFirst("sha256:".count)) }

  /// `crane pull`: the config under its digest, layers named after theirs, the list last.
  private static var crane: HandmadeArchive {
    var archive = HandmadeArchive()
    archive.members.append(.init(name: image.config.digest, content: image.config.bytes))
    let layers = image.layers.map { "\(hex($0)).tar.gz" }
    for (name, layer) in zip(layers, image.layers) { archive.members.append(.init(name: name, content: layer.bytes)) }
    archive.add(
      "manifest.json", "[\(HandmadeArchive.entry(config: image.config.digest, tag: "team/app:1", layers: layers))]")
    return archive
  }

  /// `crane pull --format=legacy`: a folder for each layer, as Docker's first form has it, and `repositories`.
  private static var legacyCrane: HandmadeArchive {
    var archive = HandmadeArchive()
    let config = "\(hex(image.config)).json"
    archive.members.append(.init(name: config, content: image.config.bytes))
    var layers: [String] = []
    for layer in image.layers {
      let folder = String(hex(layer).reversed())
      archive.add("\(folder)/VERSION", "1.0")
      archive.add("\(folder)/json", #"{"id":"\#(folder)"}"#)
      archive.members.append(.init(name: "\(folder)/layer.tar", content: layer.bytes))
      layers.append("\(folder)/layer.tar")
    }
    archive.add("manifest.json", "[\(HandmadeArchive.entry(config: config, tag: "team/app:1", layers: layers))]")
    archive.add("repositories", #"{"team/app":{"1":"\#(layers.last?.split(separator: "/").first ?? "")"}}"#)
    return archive
  }

  /// `regctl image export`: an image layout with folders, whose index names the tag alone, and the list last.
  private static var regctl: HandmadeArchive {
    var archive = HandmadeArchive()
    archive.add("oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#)
    archive.add(
      "index.json",
      #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"\#(image.manifest.mediaType)","digest":"\#(image.manifest.digest)","size":\#(image.manifest.size),"annotations":{"io.containerd.image.name":"docker.io/team/app:1","org.opencontainers.image.ref.name":"1"}}]}"#
    )
    for folder in ["blobs", "blobs/sha256"] { archive.members.append(.init(name: folder, content: [], type: "5")) }
    for blob in [image.manifest] + image.blobs {
      archive.members.append(.init(name: HandmadeArchive.blobName(blob), content: blob.bytes))
    }
    archive.add(
      "manifest.json",
      "[\(HandmadeArchive.entry(config: HandmadeArchive.blobName(image.config), tag: "team/app:1", layers: image.layers.map(HandmadeArchive.blobName)))]"
    )
    return archive
  }

  static let forms: [(String, HandmadeArchive)] = [
    ("crane", crane), ("crane, legacy", legacyCrane), ("regctl", regctl),
  ]

  @Test("T104: they are inspected and found right; with a bit of a layer changed they are not", arguments: 0..<3)
  func read(index: Int) async throws {
    let (name, archive) = Self.forms[index]
    try await Dray.scene { dray in
      try dray.write(archive.bytes, to: "x.tar")
      let told = try await dray.run(["inspect", "x.tar", "--json"])
      #expect(told.code == 0, "\(name): \(told.errors)")
      #expect(told.output.contains("team/app:1"), "\(name): \(told.output)")
      for layer in Self.image.layers { #expect(told.output.contains(layer.digest), "\(name): \(told.output)") }
      let right = try await dray.run(["verify", "x.tar"])
      #expect(right.code == 0, "\(name): \(right.output)\(right.errors)")
      let layer = try #require(archive.members.first { $0.content == Self.image.layers[1].bytes })
      try dray.write(archive.changing(layer.name) { $0.content[500] ^= 1 }.bytes, to: "x.tar")
      let wrong = try await dray.run(["verify", "x.tar"])
      #expect(wrong.code == 6, "\(name): \(wrong.output)")
      #expect(wrong.output.contains(layer.name), "\(name): \(wrong.output)")
    }
  }

  @Test(
    "T159: they become every form, and skopeo finds the same image in each", .timeLimit(.minutes(5)), arguments: 0..<3)
  func convert(index: Int) async throws {
    let (name, archive) = Self.forms[index]
    try await Dray.scene { dray in
      try dray.write(archive.bytes, to: "x.tar")
      for (form, transport) in [
        ("docker", "docker-archive"), ("docker+oci", "docker-archive"), ("docker+oci", "oci-archive"),
        ("oci", "oci-archive"), ("layout", "oci"),
      ] {
        // skopeo checks every blob that it copies.
        let lines = try await dray.shell(
          """
          $DRAY convert -q x.tar -o y --format \(form)
          skopeo inspect --config --raw \(transport):y | sha256sum
          skopeo inspect --format '{{.Digest}}' \(transport):y
          skopeo --insecure-policy copy --quiet \(transport):y dir:copy && echo copied
          rm -rf copy y
          """)
        try #require(lines.count == 4, "\(name) to \(form): \(lines)")
        #expect("sha256:\(lines[1].prefix(64))" == Self.image.config.digest, "\(name) to \(form)")
        // crane writes no manifest: only that of regctl can stay what it was.
        if name == "regctl", transport.hasPrefix("oci") {
          #expect(lines[2] == Self.image.manifest.digest, "\(name) to \(form)")
        }
        #expect(lines[3] == "copied", "\(name) to \(form)")
      }
    }
  }
}
