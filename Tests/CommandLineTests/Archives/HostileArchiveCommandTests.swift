import HandmadeTar
import ScriptedServer
import Testing

/// Archives that were made to harm, and each command that reads one.
@Suite("Hostile archives on the command line")
struct HostileArchiveCommandTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    /// What the message names.
    let named: String

    init(_ name: String, _ bytes: [UInt8], named: String = "x.tar") {
      testDescription = name
      self.bytes = bytes
      self.named = named
    }
  }

  private static let whole = HandmadeArchive.layout()

  private static func tar(_ write: (inout TarWriter) -> Void) -> [UInt8] {
    var writer = TarWriter()
    write(&writer)
    writer.end()
    return writer.bytes
  }

  static let refused: [Case] =
    [("2", "a symbolic link"), ("1", "a hard link"), ("6", "a pipe"), ("3", "a device")].flatMap { type, kind in
      ["oci-layout", "index.json", HandmadeArchive.blobName(HandmadeArchive.image.layers[0])].map { name in
        Case(
          "T099: \(name.prefix(12)) as \(kind)",
          whole.without(name).adding("target", [1]).adding(name, type: Character(type), link: "target").bytes,
          named: name)
      }
    } + [
      Case(
        "T100: a config outside",
        HandmadeArchive.docker().changing("manifest.json") {
          $0.content = Array(
            "[\(HandmadeArchive.entry(config: "../../../../../../etc/passwd", tag: "a:1", layers: []))]".utf8)
        }.bytes, named: "../../../../../../etc/passwd"),
      Case(
        "T100: a layer that links outside",
        HandmadeArchive.docker().without("layer0/layer.tar")
          .adding("layer0/layer.tar", type: "2", link: "/etc/passwd").bytes, named: "layer0/layer.tar"),
      Case(
        "T100: layers that link to each other",
        HandmadeArchive.docker().without("layer0/layer.tar").adding("layer0/layer.tar", type: "2", link: "a")
          .adding("layer0/a", type: "2", link: "layer.tar").bytes, named: "layer0/layer.tar"),
      Case("T100: a member twice, and different", whole.adding("index.json", [1]).bytes, named: "index.json"),
      Case("T101: garbage behind the end", whole.bytes + [1]),
      Case("T101: cut off", Array(whole.bytes.dropLast(5_000))),
      Case(
        "T102: two sizes",
        tar {
          $0.extended([("size", "5")])
          $0.member(Array("index.json".utf8), content: [1, 2, 3, 4, 5], declared: 4)
        }),
      Case(
        "T102: an extended header of 2 MiB", tar { $0.extended([("comment", .init(repeating: "x", count: 2 << 20))]) }),
      Case(
        "T102: a sparse member",
        tar {
          $0.extended([("GNU.sparse.map", "0,1")])
          $0.member("index.json", content: [1])
        }),
      Case(
        "an index in an index in an index in an index",
        Self.nested(depth: 4).bytes, named: "is an index nested more than"),
      Case("100,001 members", tar { for index in 0...100_000 { $0.member("m\(index)") } }),
      Case(
        "JSON of 100,000 levels",
        whole.changing("index.json") { $0.content = .init(repeating: 0x5B, count: 100_000) }.bytes),
    ]

  private static func nested(depth: Int) -> HandmadeArchive {
    var archive = HandmadeArchive()
    archive.add("oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#)
    var blob = HandmadeArchive.image.manifest
    archive.members.append(.init(name: HandmadeArchive.blobName(blob), content: blob.bytes))
    for _ in 0..<depth {
      let text = #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(blob.descriptor)]}"#
      blob = ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
      archive.members.append(.init(name: HandmadeArchive.blobName(blob), content: blob.bytes))
    }
    archive.add("index.json", #"{"schemaVersion":2,"manifests":[\#(blob.descriptor)]}"#)
    return archive
  }

  @Test(
    "T099 T100 T101 T102: an error or a finding that names what is wrong: never a crash, and nothing is left",
    arguments: refused)
  func refuses(_ scene: Case) async throws {
    try await Dray.scene { dray in
      try dray.write(scene.bytes, to: "x.tar")
      for command in [["inspect", "x.tar"], ["verify", "x.tar"], ["inspect", "x.tar", "--salvage"]] {
        let ended = try await dray.run(command)
        // What is not read for a question is no obstacle to its answer.
        let codes =
          command == ["verify", "x.tar"]
          ? [6] : command.count > 2 ? [0] : scene.testDescription.hasPrefix("T099") ? [21] : [0, 20, 21]
        #expect(codes.contains(ended.code), "\(command): \(ended.output)\(ended.errors)")
        if ended.code != 0 {
          #expect((ended.output + ended.errors).contains(scene.named), "\(command): \(ended.output)\(ended.errors)")
        }
      }
      #expect(dray.files == ["x.tar"])
    }
  }

  /// Each command that reads an archive, and what it writes.
  private static let readers: [[String]] = [
    ["ls", "x.tar"], ["cat", "x.tar:/etc/passwd"], ["diff", "x.tar", "whole.tar"], ["diff", "whole.tar", "x.tar"],
    ["unpack", "x.tar", "root"], ["export", "x.tar", "-o", "root.tar"], ["convert", "x.tar", "-o", "other.tar"],
    ["merge", "whole.tar", "x.tar", "-o", "merged.tar"], ["merge", "x.tar", "whole.tar", "-o", "merged.tar"],
    ["load", "x.tar", "--host", "unix://none.sock"],
  ]

  @Test(
    "T099 T100 T101 T102: so it is for each command that reads an archive: no file of it has a final name",
    arguments: refused)
  func refusesEverywhere(_ scene: Case) async throws {
    try await Dray.scene { dray in
      try dray.write(scene.bytes, to: "x.tar")
      try dray.write(
        HandmadeArchive.layout([(HandmadeArchive.otherImage, "docker.io/team/app:2")]).bytes, to: "whole.tar")
      for command in Self.readers {
        let ended = try await dray.run(command, through: ["timeout", "120"])
        let said = "\(command): \(ended.code) \(ended.output)\(ended.errors)"
        #expect([2, 10, 13, 20, 21, 22, 30].contains(ended.code), "\(said)")
        #expect(ended.errors.hasPrefix("error["), "\(said)")
        // Where nobody listens, the archive may not have been looked at.
        let named = [scene.named, "x.tar"] + (command[0] == "load" ? ["none.sock"] : [])
        #expect(named.contains { ended.errors.contains($0) }, "\(said)")
        #expect(dray.files == ["whole.tar", "x.tar"], "\(said)")
      }
    }
  }

  @Test("T099 T100 T101 T102: --base and --reuse of such an archive: an error, or the image all the same")
  func refusesDuringPull() async throws {
    let image = HandmadeArchive.image
    try await ScriptedServer.run { server in
      server.serve(image)
      let reference = "\(server.authority)/team/app:1"
      try await Dray.scene { dray in
        let whole = try await dray.run(["pull", "-q", "--plain-http", "--no-reuse", reference, "-o", "whole.tar"])
        try #require(whole.code == 0, "\(whole.errors)")
        for scene in Self.refused {
          try dray.write(scene.bytes, to: "x.tar")
          let reused = try await dray.run(
            ["pull", "-q", "--plain-http", "--reuse", "x.tar", reference, "-o", "app.tar"], through: ["timeout", "120"])
          #expect([0, 2, 20, 21].contains(reused.code), "\(scene): \(reused.code) \(reused.errors)")
          if reused.code == 0 {
            #expect(try await dray.shell("cmp app.tar whole.tar && rm app.tar && echo same") == ["same"])
          }
          let delta = try await dray.run(
            ["pull", "-q", "--plain-http", "--no-reuse", "--base", "x.tar", reference, "-o", "app.tar"],
            through: ["timeout", "120"])
          #expect([0, 20, 21].contains(delta.code), "\(scene): \(delta.code) \(delta.errors)")
          if delta.code != 0 {
            #expect(delta.errors.contains("x.tar"), "\(scene): \(delta.errors)")
            #expect(dray.files == ["whole.tar", "x.tar"], "\(scene): \(dray.files)")
          }
          _ = try await dray.shell("rm -f app.tar")
        }
      }
    }
  }

  @Test("T100: no name and no link of an archive or a layout is ever opened")
  func opensNothingOutside() async throws {
    try await Dray.scene { dray in
      let hostile = HandmadeArchive.docker().without("layer0/layer.tar")
        .adding("layer0/layer.tar", type: "2", link: "../outside").adding("../outside", [1])
        .adding("/outside", [1]).adding("outside2", type: "1", link: "/outside")
      try dray.write(hostile.bytes, to: "x.tar")
      try dray.write(HandmadeArchive.layout().bytes, to: "layout.tar")
      let layer = HandmadeArchive.blobName(HandmadeArchive.image.layers[0])
      let lines = try await dray.shell(
        """
        echo secret > outside; echo secret > outside2
        mkdir layout && tar -xf layout.tar -C layout && rm layout/$LAYER && ln -s ../../../outside layout/$LAYER
        for archive in x.tar ./layout; do
          for command in inspect verify; do
            strace -f -e trace=open,openat,openat2,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat2,symlinkat,linkat \\
              -o trace $DRAY $command $archive > told 2>&1; echo $?
            grep -E 'outside|O_CREAT' trace | grep -v ELOOP | grep -v ENOENT
            grep -c secret told || true
          done
        done
        """, ["LAYER": layer])
      #expect(lines == ["0", "0", "6", "0", "21", "0", "6", "0"])
    }
  }

  @Test("T103 T150: layers of one in 30,000 are read and endless empty members refused, both in little memory")
  func bombs() async throws {
    try await Dray.scene { dray in
      let lines = try await dray.shell(
        """
        head -c 250000000 /dev/zero | gzip -9 > gzip; head -c 250000000 /dev/zero | zstd -q -19 > zstd
        printf '' | gzip > empty; for i in $(seq 14); do cat empty empty > more; mv more empty; done
        for layer in gzip zstd empty; do
          digest=$(sha256sum $layer | cut -c1-64); size=$(stat -c %s $layer)
          rm -rf l; mkdir -p l/blobs/sha256; cp $layer l/blobs/sha256/$digest
          config='{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["sha256:'$digest'"]}}'
          confdigest=$(printf %s "$config" | sha256sum | cut -c1-64); printf %s "$config" > l/blobs/sha256/$confdigest
          type=application/vnd.oci.image
          manifest='{"schemaVersion":2,"mediaType":"'$type'.manifest.v1+json","config":{"mediaType":"'$type'.config.v1+json","digest":"sha256:'$confdigest'","size":'${#config}'},"layers":[{"mediaType":"'$type'.layer.v1.tar+gzip","digest":"sha256:'$digest'","size":'$size'}]}'
          mandigest=$(printf %s "$manifest" | sha256sum | cut -c1-64); printf %s "$manifest" > l/blobs/sha256/$mandigest
          printf %s '{"schemaVersion":2,"manifests":[{"mediaType":"'$type'.manifest.v1+json","digest":"sha256:'$mandigest'","size":'${#manifest}'}]}' > l/index.json
          echo '{"imageLayoutVersion":"1.0.0"}' > l/oci-layout
          tar -cf x.tar -C l .
          for command in "inspect x.tar" "verify x.tar" "ls x.tar" "cat x.tar:/x" "unpack x.tar root" \
            "export x.tar -o root.tar" "diff x.tar x.tar" "convert x.tar --layers plain -o plain.tar"; do
            /usr/bin/python3 -c 'import resource, subprocess, sys
        code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        print(sys.argv[2], code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 150000)' $DRAY $command
          done
        done
        ls
        """)
      // Read to its end, a layer is found to be another one than the config says.
      let codes = [20, 20, 21].flatMap { code in
        ["inspect 0", "verify 6"] + ["ls", "cat", "unpack", "export", "diff", "convert"].map { "\($0) \(code)" }
      }.map { "\($0) True" }
      #expect(lines == codes + ["empty", "gzip", "l", "x.tar", "zstd"], "\(lines)")
    }
  }

  @Test("T103: what ten thousand entries name is read once: a config, and what came along with an image")
  func namedOften() async throws {
    try await Dray.scene { dray in
      let padding = String(repeating: "x", count: 6 << 20)
      let image = HandmadeArchive.image
      let config =
        #"{"architecture":"amd64","os":"linux","author":"\#(padding)","rootfs":{"diff_ids":["\#(image.layers[0].digest)"]}}"#
      var docker = HandmadeArchive()
      docker.add("config", config)
      docker.members.append(.init(name: "layer", content: image.layers[0].bytes))
      let entries = (0..<10_000).map {
        HandmadeArchive.entry(config: "config", tag: "team/app:\($0)", layers: ["layer"])
      }
      docker.add("manifest.json", "[\(entries.joined(separator: ","))]")
      try dray.write(docker.bytes, to: "configs.tar")

      let text =
        #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","annotations":{"x":"\#(padding)"},"config":\#(image.config.descriptor),"layers":[]}"#
      let signature = ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8))
      let entry =
        signature.descriptor.dropLast() + #","annotations":{"io.dray.referrer.subject":"\#(image.manifest.digest)"}}"#
      var referrers = HandmadeArchive.layout()
      let list = [String](repeating: String(entry), count: 10_000).joined(separator: ",")
      referrers.add("referrers.json", #"{"schemaVersion":2,"manifests":[\#(list)]}"#)
      referrers.members.append(.init(name: HandmadeArchive.blobName(signature), content: signature.bytes))
      try dray.write(referrers.bytes, to: "referrers.tar")
      let lines = try await dray.shell(
        """
        for archive in configs.tar referrers.tar; do
          for command in inspect verify; do
            /usr/bin/python3 -c 'import resource, subprocess, sys
        code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
        print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 400000)' $DRAY $command $archive
          done
        done
        """)
      #expect(lines == ["0 True", "0 True", "0 True", "0 True"])
    }
  }
}
