import Glibc
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

  @Test("T089: a folder of a blob's name cannot be replaced: local-io, and it is named")
  func folder() async throws {
    try await mending("rm $blob; mkdir $blob; touch $blob/x", then: "ls $blob; grep -q \"$HEX\" again && echo named") {
      said, _ in
      #expect(said == ["30", "x", "named"], "\(said)")
    }
  }

  @Test(
    "T089: a blob of another owner is read like any other, since its digest decides",
    .enabled(if: getuid() == 0, "another owner needs root"))
  func owner() async throws {
    try await mending("chown 1234:1234 $blob; chmod 444 $blob") { said, isAnew in
      #expect(said == ["0", hex], "\(said)")
      #expect(!isAnew)
    }
  }

  @Test(
    "T090: a layout that may not be written to, or whose disk is full, ends as local-io, and what was there stays",
    .enabled(if: getuid() == 0, "mounts need root"), arguments: ["-o remount,ro", "-o remount,size=3m"])
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
          (cd disk/images; find . -type f ! -name '.sha256-*' | LC_ALL=C sort | xargs sha256sum) > after
          cmp before after && echo same; umount disk; rmdir disk
          """, ["HOST": server.authority])
        #expect(said == ["30", "error[local-io]", "same"], "\(said)")
        #expect(server.requests.filter { $0.path == "/v2/team/other/blobs/\(other.layers[0].digest)" }.isEmpty)
      }
    }
  }

  @Test(
    "T090: a layout whose blobs folder is on another disk cannot name what came: local-io, and the blob is named",
    .enabled(if: getuid() == 0, "mounts need root"))
  func otherDisk() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let said = try await dray.shell(
          """
          mkdir -p images/blobs && mount -t tmpfs -o size=64m tmpfs images/blobs || exit 99
          printf '{"imageLayoutVersion":"1.0.0"}' > images/oci-layout
          $DRAY pull -q --plain-http --layout images $IMAGE > /dev/null 2> said; echo $?; cat said
          umount images/blobs
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(said.first == "30", "\(said)")
        #expect(
          said.contains { $0.contains("error[local-io]") && $0.contains("could not be given its name") }, "\(said)")
      }
    }
  }
}
