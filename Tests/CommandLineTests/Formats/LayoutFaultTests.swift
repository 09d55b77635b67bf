import CLibrary
import ScriptedServer
import Testing

/// A layout is shared between pulls, as a cache would be: what stands wrongly in it is mended, and never believed.
@Suite("A layout that is not as it should be")
struct LayoutFaultTests {
  private let image = ImageFixture(layers: [2 << 20, 100_000], seed: 89)

  /// Pulls into `images` once, changes it by a script, and pulls again.
  ///
  /// - Returns: the lines of the script after the second pull: its exit code first.
  private func change(
    _ script: String, then look: String = ":", server: ScriptedServer, _ dray: Dray
  ) async throws -> [String] {
    try await dray.shell(
      """
      pull() { $DRAY pull --json --plain-http --layout images $IMAGE; }
      pull > /dev/null; blob=images/blobs/sha256/$HEX
      \(script)
      pull > again 2> said; echo $?
      \(look)
      [ ! -f $blob ] || [ -L $blob ] || sha256sum $blob | cut -c1-64
      """, ["IMAGE": "\(server.authority)/team/app:1", "HEX": String(image.layers[0].digest.dropFirst(7))])
  }

  private func mending(_ script: String, then look: String = ":", _ check: ([String], Bool) throws -> Void) async throws
  {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let said = try await change(script, then: look, server: server, dray)
        let fetched = BytesFetched(try await dray.shell("cat again")).all
        try check(said, fetched >= image.layers[0].size)
      }
    }
  }

  private var hex: String { String(image.layers[0].digest.dropFirst(7)) }

  @Test(
    "T089: a blob that is empty, cut off or rotten is fetched anew",
    arguments: [": > $blob", "truncate -s 1M $blob", "printf x | dd of=$blob conv=notrunc status=none", "rm $blob"])
  func wrongBlob(script: String) async throws {
    try await mending(script) { said, isAnew in
      #expect(said == ["0", hex], "\(said)")
      #expect(isAnew)
    }
  }

  @Test("T089: a link to another file is not followed, nor is that file changed: the blob takes the link's place")
  func link() async throws {
    let script = "mv $blob secret; echo x >> secret; cp secret before; ln -s ../../../secret $blob"
    try await mending(script, then: "cmp secret before && [ ! -L $blob ] && echo replaced") { said, isAnew in
      #expect(said == ["0", "replaced", hex], "\(said)")
      #expect(isAnew)
    }
  }

  @Test("T089: an empty folder of a blob's name goes, and the blob is fetched anew")
  func emptyFolder() async throws {
    try await mending("rm $blob; mkdir $blob", then: "ls -A $(dirname $blob) | grep -c $HEX") { said, isAnew in
      #expect(said == ["0", "1", hex], "\(said)")
      #expect(isAnew)
    }
  }

  @Test("T089: what is in a folder of a blob's name is moved beside it, and told; the blob is fetched anew")
  func folder() async throws {
    let script = """
      for text in one two; do rm -r $blob; mkdir $blob; echo $text > $blob/x; pull > told.$text; done
      rm $blob; mkdir $blob; echo three > $blob/x
      """
    let look = """
      cat $blob.moved-aside/x $blob.moved-aside-2/x $blob.moved-aside-3/x
      grep -c "$HEX.moved-aside'" told.one; grep -c "$HEX.moved-aside-3'" again
      $DRAY verify ./images | grep -c "$HEX.moved-aside"
      """
    try await mending(script, then: look) { said, isAnew in
      #expect(said == ["0", "one", "two", "three", "1", "1", "3", hex], "\(said)")
      #expect(isAnew)
    }
  }

  @Test("T089: the same where a manifest belongs, and where the blob comes out of an archive")
  func otherFolders() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          pull() { $DRAY pull -q --plain-http $IMAGE "$@" > /dev/null; }
          pull --layout images; pull -o x.tar; cd images/blobs/sha256
          for hex in $MANIFEST $LAYER; do rm $hex; mkdir $hex; echo mine > $hex/x; done; cd ../../..
          $DRAY convert --json x.tar -o images --format layout | grep -o 'movedFolders":[^]]*' \
            | grep -oE "$MANIFEST|$LAYER" | sort -u | wc -l
          cat images/blobs/sha256/*.moved-aside/x; rm -r images/blobs/sha256/*.moved-aside
          rm images/blobs/sha256/$MANIFEST; mkdir images/blobs/sha256/$MANIFEST
          pull --layout images; $DRAY verify ./images > /dev/null; echo $?
          """,
          [
            "IMAGE": "\(server.authority)/team/app:1", "LAYER": hex,
            "MANIFEST": String(image.manifest.digest.dropFirst(7)),
          ])
        #expect(lines == ["2", "mine", "mine", "0"], "\(lines)")
      }
    }
  }

  @Test(
    "T089: a blob of another owner is read like any other, since its digest decides",
    .enabled(if: getuid() == 0, "needs root"))
  func owner() async throws {
    try await mending("chown 1234:1234 $blob; chmod 444 $blob") { said, isAnew in
      #expect(said == ["0", hex], "\(said)")
      #expect(!isAnew)
    }
  }

  @Test(
    "T090: a layout that may not be written to, or whose disk is full, ends as local-io, and what was there stays",
    .enabled(if: getuid() == 0, "needs root"), arguments: ["-o remount,ro", "-o remount,size=3m"])
  func disk(option: String) async throws {
    let other = ImageFixture(layers: [4 << 20], seed: 90)
    try await ScriptedServer.run { server in
      server.serve(image)
      server.serve(other, repository: "team/other")
      try await Dray.scene { dray in
        let said = try await dray.shell(
          """
          mkdir disk && mount -t tmpfs -o size=64m tmpfs disk || exit 99
          pull() { $DRAY pull -q --plain-http --layout disk/images $HOST/team/$1:1; }
          pull app > /dev/null; (cd disk/images; find . -type f | LC_ALL=C sort | xargs sha256sum) > before
          mount \(option) disk
          pull other > /dev/null 2> said; echo $?; grep -o 'error.[a-z-]*.' said
          (cd disk/images; find . -type f | LC_ALL=C sort | xargs sha256sum) > after
          cmp before after && echo same; umount disk; rmdir disk
          """, ["HOST": server.authority])
        #expect(said == ["30", "error[local-io]", "same"], "\(said)")
        #expect(server.requests.filter { $0.path == "/v2/team/other/blobs/\(other.layers[0].digest)" }.isEmpty)
      }
    }
  }

  @Test(
    "T090: a layout to which nothing can be added is as good as any where nothing is missing",
    .enabled(if: getuid() == 0, "needs root"),
    arguments: ["-o remount,ro", "-o remount,size=3m", "-o remount,bind,ro"])
  func complete(option: String) async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      server.serveManifest(image.manifest, tag: "2")
      try await Dray.scene { dray in
        let said = try await dray.shell(
          """
          mkdir disk && mount -t tmpfs -o size=64m tmpfs disk && mount --bind disk disk || exit 99
          pull() { $DRAY pull -q --plain-http --layout disk/images $HOST/team/app:$1; }
          $DRAY pull -q --plain-http $HOST/team/app:1 -o x.tar; pull 1 > /dev/null
          dd if=/dev/zero of=disk/rest bs=64k 2> /dev/null; mount \(option) disk
          pull 1; echo $?; $DRAY convert -q x.tar -o disk/images --format layout; echo $?
          pull 2 > /dev/null 2> said; echo $?; grep -o 'error.[a-z-]*.' said
          umount disk; umount disk; rmdir disk
          """, ["HOST": server.authority])
        #expect(said == ["x.tar", "disk/images", "0", "disk/images", "0", "30", "error[local-io]"], "\(said)")
        // Once for the archive, and once for the layout.
        let sent = server.requests.filter { $0.path.hasSuffix(image.layers[0].digest) }.reduce(0) {
          $0 + $1.bodyBytesSent
        }
        #expect(sent < 3 * image.layers[0].size)
      }
    }
  }

  /// The folder of the layout in whose place another disk's is, and how.
  static let otherDisks = [
    "mkdir -p images/blobs; mount --bind disk images/blobs",
    "mkdir -p images/blobs/sha256; mount --bind disk images/blobs/sha256",
    "ln -s ../disk images/blobs",
    "mkdir images/blobs; ln -s \"$PWD/disk\" images/blobs/sha256",
  ]

  @Test(
    "T090: a layout whose blobs stand on another disk is filled, goes on after a kill, and is read",
    .enabled(if: getuid() == 0, "needs root"), arguments: otherDisks)
  func otherDisk(place: String) async throws {
    let image = ImageFixture(layers: [6 << 20, 100_000], seed: 91)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let said = try await dray.shell(
          """
          mkdir images disk && mount -t tmpfs -o size=64m tmpfs disk || exit 99
          printf '{"imageLayoutVersion":"1.0.0"}' > images/oci-layout
          \(place)
          pull() { $DRAY pull --plain-http --layout images $IMAGE "$@"; }
          $DRAY pull -q --plain-http --limit-rate 3M --layout images $IMAGE 2> /dev/null &
          until grep -qs '^have' images/blobs/sha256/.*.journal || ! alive $!; do sleep 0.01; done
          kill -9 $!; wait $! 2> /dev/null
          pull --json | grep -o '"bytesFetched":[0-9]*' | tail -1 | cut -d: -f2 > fetched; cat fetched
          find disk -type f | wc -l; find disk -name '.*' | wc -l; stat -f -c %T images/blobs/sha256/*
          $DRAY verify ./images > /dev/null; echo $?
          skopeo --insecure-policy copy -q oci:images:1 dir:copy && ls copy | wc -l
          $DRAY convert -q ./images -o x.tar; $DRAY convert -q x.tar -o images --format layout --layers gzip
          $DRAY verify ./images > /dev/null; echo $?
          umount images/blobs/sha256 images/blobs disk 2> /dev/null || true
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        let fetched = try #require(said.first.flatMap { Int($0) })
        #expect(fetched < image.layers.reduce(0) { $0 + Int($1.size) }, "\(fetched) bytes were fetched again")
        #expect(
          said.dropFirst() == ["4", "0", "tmpfs", "tmpfs", "tmpfs", "tmpfs", "0", "5", "x.tar", "images", "0"],
          "\(said)")
      }
    }
  }

  @Test("T090: where the disk of the blobs is not there, the error names the folder that is missing")
  func missingDisk() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let said = try await dray.shell(
          """
          mkdir images; printf '{"imageLayoutVersion":"1.0.0"}' > images/oci-layout; ln -s $PWD/disk images/blobs
          $DRAY pull -q --plain-http --layout images $IMAGE 2> said; echo $?
          grep -c "the folder '$PWD/disk' does not exist" said; ls -A images
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(said == ["30", "1", "blobs", "oci-layout"], "\(said)")
        #expect(!server.requests.contains { $0.path.hasSuffix(image.layers[0].digest) })
      }
    }
  }
}
