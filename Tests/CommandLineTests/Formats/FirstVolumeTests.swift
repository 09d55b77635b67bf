import HandmadeTar
import ScriptedServer
import Testing

@Suite("The first volume's name stands for the archive")
struct FirstVolumeTests {
  private static let big = ImageFixture.noise(300_000, seed: 91)
  private static let base = image([("big", big)])
  private static let next = image([("big", big), ("more", Array("more\n".utf8))])

  /// An image with a layer for each file.
  private static func image(_ files: [(name: String, content: [UInt8])]) -> ImageFixture {
    let layers = files.map { file in
      var tar = TarWriter()
      tar.member(file.name, content: file.content)
      tar.end()
      return ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: tar.bytes)
    }
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config =
      #"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#
    return ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: layers)
  }

  /// A command, and a script that succeeds where it took all volumes. In the folder are the volumes of the base,
  /// `x.tar.001` to `x.tar.005`, the base as a whole, `whole.tar`, the next image, `other.tar`, and the file `big`.
  static let commands = [
    ("inspect", "$DRAY inspect x.tar.001 --json | grep -q team/app"),
    ("verify", "$DRAY verify x.tar.001"),
    ("ls", "$DRAY ls x.tar.001 | grep -q -w big"),
    ("cat", "$DRAY cat x.tar.001:/big | cmp - big"),
    ("diff", "$DRAY diff x.tar.001 other.tar > said; [ $? -le 1 ] && grep -q more said"),
    ("export", "$DRAY export x.tar.001 -o root.tar && tar -xOf root.tar big | cmp - big"),
    ("unpack", "$DRAY unpack x.tar.001 root && cmp root/big big"),
    ("convert", "$DRAY convert x.tar.001 -o again.tar && $DRAY verify again.tar"),
    (
      "merge",
      """
      $DRAY pull --plain-http --no-reuse $NEXT --base whole.tar -o delta.tar &&
        $DRAY merge x.tar.001 delta.tar -o full.tar && $DRAY verify full.tar && [ $(stat -c %s full.tar) -gt 300000 ]
      """
    ),
    (
      "--base",
      "$DRAY pull --plain-http --no-reuse $NEXT --base x.tar.001 -o delta.tar && [ $(stat -c %s delta.tar) -lt 100000 ]"
    ),
    ("--reuse", "$DRAY pull --plain-http --reuse x.tar.001 $NEXT -o next.tar && $DRAY verify next.tar"),
    (
      "load",
      """
      printf '#!/bin/sh\\ncase "$1" in info) echo linux/amd64;; load) cat > loaded.tar;; esac\\n' > podman
      chmod 755 podman; PATH=$PWD:$PATH $DRAY load x.tar.001 --to podman && $DRAY verify loaded.tar
      """
    ),
  ]

  @Test("Every command that reads archives takes it", arguments: commands)
  func taken(name: String, script: String) async throws {
    try await ScriptedServer.run { server in
      server.serve(Self.next, tag: "2")
      try await Dray.scene { dray in
        try dray.write(Self.big, to: "big")
        try dray.write(HandmadeArchive.layout([(Self.base, "docker.io/team/app:1")]).bytes, to: "whole.tar")
        try dray.write(HandmadeArchive.layout([(Self.next, "docker.io/team/app:2")]).bytes, to: "other.tar")
        let said = try await dray.shell(
          """
          split -b 70000 -a 3 --numeric-suffixes=1 whole.tar x.tar.; ls x.tar.0* | wc -l
          { \(script)
          } > told 2>&1 && echo right || cat told
          """, ["NEXT": "\(server.authority)/team/app:2"])
        #expect(said == ["5", "right"], "\(name): \(said)")
        let layer = Self.next.layers[0].digest
        #expect(!server.requests.contains { $0.path.hasSuffix(layer) }, "\(name) fetches what the volumes have")
      }
    }
  }
}
