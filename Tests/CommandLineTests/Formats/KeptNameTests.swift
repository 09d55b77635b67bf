import ScriptedServer
import Testing

@Suite("Names that manifest.json alone gives an image")
struct KeptNameTests {
  @Test("convert, merge and a layout keep each of them; verify tells that index.json lacks it")
  func everyName() async throws {
    let image = ImageFixture(layers: [3_000, 70_000], seed: 5)
    let layers = image.layers.map { "\"\(HandmadeArchive.blobName($0))\"" }.joined(separator: ",")
    let archive = HandmadeArchive.layout([(image, "docker.io/team/app:1")]).changing("manifest.json") {
      $0.content = Array(
        #"[{"Config":"\#(HandmadeArchive.blobName(image.config))","RepoTags":["team/app:1","team/app:stable","other:2"],"Layers":[\#(layers)]}]"#
          .utf8)
    }
    let delta = archive.without(HandmadeArchive.blobName(image.layers[0])).changing("index.json") {
      let absent = #""annotations":{"io.dray.delta.absent":"\#(image.layers[0].digest)","#
      $0.content = Array(
        String(decoding: $0.content, as: UTF8.self).replacing(#""annotations":{"#, with: absent).utf8)
    }
    try await Dray.scene { dray in
      try dray.write(archive.bytes, to: "x.tar")
      try dray.write(delta.bytes, to: "delta.tar")
      let lines = try await dray.shell(
        """
        names() { grep -oE '(docker.io/)?(library/|team/)?(app|other):[a-z0-9]+' | LC_ALL=C sort -u | tr '\\n' ' '; echo; }
        $DRAY verify x.tar | grep -c '^note: .*different names'
        $DRAY convert -q x.tar -o y.tar; tar -xOf y.tar manifest.json | names; tar -xOf y.tar index.json | names
        $DRAY merge x.tar delta.tar -o m.tar > /dev/null 2>&1; cmp y.tar m.tar && echo merged
        $DRAY convert -q x.tar -o l --format layout; names < l/index.json
        $DRAY convert -q x.tar -o d.tar --format docker; tar -xOf d.tar manifest.json | names
        $DRAY inspect --json x.tar | names; $DRAY verify y.tar | grep -c '^note: .*different names' || true
        """)
      let short = "other:2 team/app:1 team/app:stable "
      let full = "docker.io/library/other:2 docker.io/team/app:1 docker.io/team/app:stable "
      #expect(lines[0] == "1", "\(lines)")
      #expect(lines[1...3] == ["y.tar", full, full], "\(lines)")
      #expect(lines[4...5] == ["merged", "l"], "\(lines)")
      #expect(lines[6].contains("docker.io/library/other:2") && lines[6].contains("docker.io/team/app:stable"))
      #expect(lines[7...8] == ["d.tar", full], "\(lines)")
      #expect(lines[9].contains(short), "\(lines)")
      #expect(lines[10] == "0", "\(lines)")
    }
  }
}
