import ScriptedServer
import Testing

@Suite("Modes of what is written")
struct FileModeTests {
  private let image = ImageFixture(layers: [3 << 20, 100_000], seed: 91)

  @Test("T091: with umask 000 whatever is finished may be written by everybody, and whatever is not is its owner's")
  func openUmask() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let name = "\(server.authority)/team/app:1"
      // What is cut off leaves its unfinished files.
      let layer = image.layers[0]
      server.on("/v2/cut/app/manifests/1", reply: .manifest(image.manifest))
      server.on("/v2/cut/app/blobs/\(image.config.digest)", reply: Reply(body: image.config.body))
      server.on("/v2/cut/app/blobs/\(image.layers[1].digest)") { [image] in .blob(image.layers[1].body, for: $0) }
      server.on("/v2/cut/app/blobs/\(layer.digest)") { .blob(layer.body, for: $0).with { $0.flippedByte = 7 } }
      try await Dray.scene { dray in
        let modes = try await dray.shell(
          """
          umask 000
          pull() { $DRAY pull -q --plain-http --no-reuse "$@" > /dev/null 2>&1; }
          pull $IMAGE -o whole.tar --lock whole.lock
          pull $IMAGE -o volumes.tar --split 1M
          pull $IMAGE --layout layout
          pull $CUT -o cut.tar; pull $CUT -o pieces.tar --split 1M; pull $CUT --layout half
          find . -mindepth 1 -printf '%m %P\\n' | sed -E 's/[0-9a-f]{64}/HEX/' | LC_ALL=C sort -uk 2
          """, ["IMAGE": name, "CUT": "\(server.authority)/cut/app:1"])
        #expect(modes.contains("666 whole.tar"), "\(modes)")
        #expect(modes.contains("666 whole.lock"), "\(modes)")
        #expect(modes.contains("666 volumes.tar.001") && modes.contains("666 volumes.tar.004"), "\(modes)")
        #expect(modes.contains("777 layout") && modes.contains("777 layout/blobs/sha256"), "\(modes)")
        #expect(modes.contains("666 layout/blobs/sha256/HEX") && modes.contains("666 layout/index.json"), "\(modes)")
        #expect(modes.contains("666 layout/oci-layout"), "\(modes)")
        #expect(modes.contains("600 cut.tar.part") && modes.contains("600 cut.tar.part.journal"), "\(modes)")
        let unfinished = modes.filter { $0.contains("part") }
        #expect(unfinished.count >= 6, "\(modes)")
        #expect(unfinished.allSatisfy { $0.hasPrefix("600 ") || $0.hasPrefix("700 ") }, "\(unfinished)")
      }
    }
  }

  @Test("T091: with umask 000 an unpacked root has the image's modes, and until then its folder is its owner's alone")
  func roots() async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        umask 000
        mkdir one; chmod 755 one; mkdir -m 750 one/etc; echo x > one/etc/shadow; chmod 640 one/etc/shadow
        head -c 20000000 /dev/urandom > one/zz; chmod 644 one/zz
        tar --sort=name -C one -cf 1.layer .; layout 1.layer
        $DRAY export layout -o root.tar > /dev/null; stat -c '%a %n' root.tar
        $DRAY unpack layout root > /dev/null 2>&1; stat -c '%a %n' root root/etc root/etc/shadow root/zz
        $DRAY unpack layout killed > /dev/null 2>&1 & pid=$!
        until [ -d killed.part ] || [ -d killed ]; do :; done
        kill -STOP $pid; [ ! -d killed.part ] || stat -c '%a %n' killed.part; kill -KILL $pid
        """)
      #expect(
        said.prefix(5) == ["666 root.tar", "755 root", "750 root/etc", "640 root/etc/shadow", "644 root/zz"], "\(said)")
      #expect(said.dropFirst(5).allSatisfy { $0 == "700 killed.part" }, "\(said)")
      #expect(said.count == 6, "it was stopped too late to see it: \(said)")
    }
  }
}
