import CLibrary
import ScriptedServer
import SystemPackage
import Testing

/// Disks that take no file of the size that an archive would have, as FAT32 takes none of 4 GiB.
@Suite(
  "Disks that take no large files",
  .enabled(if: getuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0, "needs root and /dev/fuse"))
struct LargestFileTests {
  /// Runs a script in a folder with a mount `disk`, and the server has an image with a layer of this size, of which not one
  /// byte is there.
  private func scene(_ size: Int64, mount: String, _ script: String) async throws -> [String] {
    let small = ImageFixture(layers: [1_000], seed: 4)
    let layer = small.layers[0]
    let manifest = String(decoding: small.manifest.bytes, as: UTF8.self)
      .replacing(
        layer.descriptor, with: layer.descriptor.replacing(#""size":\#(layer.size)"#, with: #""size":\#(size)"#))
    let image = ImageFixture(replacing: small, manifest: Array(manifest.utf8))
    return try await ScriptedServer.run { server in
      server.serveManifest(image.manifest, tag: "1")
      server.serve(image.config)
      server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
      var lines: [String] = []
      try await Dray.scene { dray in
        let parts = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        lines = try await dray.shell(
          "mkdir disk folder\n\(mount)\n"
            + """
            pull() { $DRAY pull -q --plain-http $IMAGE -o disk/app.tar "$@" 2> said; echo $?; }
            \(script)
            ls -A disk; umount disk
            """, ["IMAGE": "\(server.authority)/team/app:1", "PARTS": "\(parts)/RealParts"])
      }
      let asked = server.requests.count { $0.path.hasSuffix(layer.digest) }
      return lines + ["asked for the layer: \(asked > 0)"]
    }
  }

  private static let unsupported = "its file system does not support files of that size"

  private static let fat = """
    python3 -B "$PARTS/fat_disk.py" folder disk & until mountpoint -q disk || ! alive $!; do sleep 0.01; done
    """

  @Test(
    "T126: a volume of 4 GiB, or an archive of more, is refused before the first byte of a layer, with what to do instead",
    arguments: ["--split 4G", ""])
  func refused(options: String) async throws {
    let lines = try await scene(
      5 << 30, mount: Self.fat, "pull \(options); grep -c '\(Self.unsupported)' said; grep -c 'split fat32' said")
    #expect(lines == ["30", "1", "1", "asked for the layer: false"])
  }

  @Test("T126: volumes for FAT32 have room there: the pull goes on to the layer", arguments: ["fat32", "4095M"])
  func fits(size: String) async throws {
    let lines = try await scene(5 << 30, mount: Self.fat, "pull --split \(size)")
    #expect(lines == ["13", "asked for the layer: true"])
  }

  @Test("T126: volumes on such a disk are whole, and are read")
  func whole() async throws {
    let image = ImageFixture(layers: [5 << 20, 100_000], seed: 7)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let parts = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let lines = try await dray.shell(
          "mkdir disk folder\n\(Self.fat)\n"
            + """
            for size in 2M fat32; do
              $DRAY pull -q --plain-http $IMAGE -o disk/$size.tar --split $size; $DRAY verify disk/$size.tar.001 > /dev/null
              echo $?; $DRAY convert -q disk/$size.tar.001 -o disk/$size-again.tar --split $size; ls -A disk | wc -l
              (cd disk; sha256sum -c --quiet $size.tar.sha256 $size-again.tar.sha256); rm disk/*
            done
            umount disk
            """, ["IMAGE": "\(server.authority)/team/app:1", "PARTS": "\(parts)/RealParts"])
        #expect(
          lines == [
            "disk/2M.tar.001", "0", "disk/2M-again.tar.001", "8", "disk/fat32.tar.001", "0",
            "disk/fat32-again.tar.001", "4",
          ])
      }
    }
  }

  @Test("T126: the kernel's own ext2 with blocks of 1 KiB takes no file of 17 GiB: refused likewise")
  func ext2() async throws {
    let mount =
      "truncate -s 30G image; mke2fs -q -F -t ext2 -b 1024 -N 64 image; mount -o loop image disk; rmdir disk/lost+found"
    let lines = try await scene(20 << 30, mount: mount, "pull; grep -c '\(Self.unsupported)' said; rm image")
    #expect(lines == ["30", "1", "asked for the layer: false"])
  }
}
