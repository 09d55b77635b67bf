import CLibrary
import ScriptedServer
import SystemPackage
import Testing

/// exFAT, NTFS, disks of a network (SMB, NFS, 9p) and of programs (FUSE) lack much of what a Linux disk has.
@Suite("Disks that lack what others have")
struct LackingDiskTests {
  private let image = ImageFixture(layers: [3 << 20, 100_000], seed: 157)

  private func run(_ script: String, _ variables: [String: String] = [:]) async throws -> [String] {
    try await ScriptedServer.run { server in
      server.serve(image)
      var lines: [String] = []
      try await Dray.scene { dray in
        let parts = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let given = ["IMAGE": "\(server.authority)/team/app:1", "PARTS": "\(parts)/RealParts"]
        lines = try await dray.shell(script, given.merging(variables) { $1 })
      }
      return lines
    }
  }

  /// A new archive, the same in the place of an older one, and a layout.
  private static let pulls = """
    pull() { $TOOL $DRAY pull -q --plain-http $IMAGE "$@" > /dev/null 2>> said; echo $?; }
    pull -o disk/app.tar; echo old > disk/old.tar; pull -o disk/old.tar --no-reuse; pull --layout disk/images
    $DRAY verify disk/app.tar > /dev/null; echo $?; cmp disk/app.tar disk/old.tar
    $DRAY verify disk/images > /dev/null; echo $?; find disk -name '.?*' -o -name '*.part*' | sort
    """

  @Test(
    "T157: a pull goes through where the system says that there is no such thing on this disk, and nothing is warned of",
    arguments: [
      "fallocate:error=EOPNOTSUPP", "fallocate:error=EINVAL", "fallocate:error=ENOSYS", "fallocate:error=EPERM",
      "fsync,fdatasync:error=EINVAL", "fsync,fdatasync:error=EOPNOTSUPP", "fchmod:error=EPERM", "fchmod:error=EACCES",
      "fchmod:error=EOPNOTSUPP", "copy_file_range:error=EINVAL", "sync_file_range:error=EINVAL",
      "fadvise64:error=EINVAL",
    ])
  func missing(answer: String) async throws {
    let lines = try await run(
      "mkdir disk; TOOL='strace -f -qq -o /dev/null -e inject=\(answer)'\n\(Self.pulls)\ncat said")
    #expect(lines == ["0", "0", "0", "0", "0"], "\(answer): \(lines)")
  }

  @Test(
    "T157: where there are no locks a pull goes through, and says what nothing keeps from happening",
    arguments: ["ENOLCK", "EOPNOTSUPP", "ENOSYS", "EINVAL"])
  func noLocks(error: String) async throws {
    let lines = try await run(
      """
      mkdir disk; inject="strace -f -qq -o /dev/null -e inject=flock:error=\(error)"; TOOL=$inject
      \(Self.pulls)
      grep -c . said; $inject $DRAY pull --plain-http $IMAGE -o disk/new.tar --no-reuse 2>&1 | grep -c 'warning: the file system of .* does not support locks'
      $inject $DRAY pull --plain-http $IMAGE --layout disk/layout 2>&1 | grep -c 'warning: the file system of .* does not support locks'
      """)
    #expect(lines == ["0", "0", "0", "0", "0", "0", "1", "1"], "\(lines)")
  }

  @Test("T157: a disk that fails is no disk that lacks something", arguments: ["fallocate", "fsync", "flock"])
  func failing(call: String) async throws {
    let lines = try await run(
      "mkdir disk; strace -f -qq -o /dev/null -e inject=\(call):error=EIO $DRAY pull -q --plain-http $IMAGE -o disk/app.tar 2> said; echo $?"
    )
    #expect(lines == ["30"])
  }

  private static let canMount = getuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0

  /// A disk of a program, and what is left on it after an interrupted pull.
  private static func mounted(_ habits: String, _ script: String) -> String {
    """
    mkdir disk folder; TOOL=
    python3 -B "$PARTS/fat_disk.py" folder disk \(habits) & until mountpoint -q disk || ! alive $!; do sleep 0.01; done
    \(script)
    umount disk
    """
  }

  @Test(
    "T157: archives and layouts come whole onto disks of Windows, of a network and of other programs",
    .enabled(if: canMount, "mounts need root"),
    arguments: [
      "", "owner=1000", "no-size", "no-replace", "open-stays", "no-sync",
      "owner=1000 no-size no-replace open-stays no-sync",
    ])
  func mounted(habits: String) async throws {
    let lines = try await run(Self.mounted(habits, Self.pulls + "\ncat said"))
    #expect(lines == ["0", "0", "0", "0", "0"], "\(habits): \(lines)")
  }

  @Test(
    "T157: an interrupted pull goes on there, too", .enabled(if: canMount, "mounts need root"),
    arguments: ["", "owner=1000 no-size no-replace open-stays no-sync"])
  func resumed(habits: String) async throws {
    let image = ImageFixture(layers: [8 << 20], seed: 158)
    let layer = image.layers[0]
    let script = """
      $DRAY pull -q --plain-http --connections 1 $IMAGE -o disk/app.tar & pid=$!
      until grep -qs '^have' disk/*.journal || ! alive $pid; do sleep 0.01; done
      kill -INT $pid; wait $pid; echo $?; ls -A disk
      $DRAY pull --json --plain-http $IMAGE -o disk/app.tar > again 2> said; echo $?; cat said
      $DRAY verify disk/app.tar > /dev/null; echo $?; ls -A disk
      """
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.on("/v2/team/app/blobs/\(layer.digest)", times: 1) { .blob(layer.body, for: $0).stall(after: 4 << 20) }
      server.serve(layer)
      try await Dray.scene { dray in
        let parts = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let lines = try await dray.shell(
          Self.mounted(habits, script), ["IMAGE": "\(server.authority)/team/app:1", "PARTS": "\(parts)/RealParts"])
        #expect(lines == ["130", "app.tar.part", "app.tar.part.journal", "0", "0", "app.tar"], "\(lines)")
        #expect(BytesFetched(try await dray.shell("cat again")).all < layer.size, "what had come is not fetched again")
      }
    }
  }

  /// For whoever mounts it, and for another user, as sticks and Windows' own disks are.
  private static let mountOptions = ["", "-o uid=1000,gid=1000,umask=000"]

  @Test(
    "T157: onto NTFS, by ntfs-3g",
    .enabled(
      if: canMount && access("/usr/bin/lowntfs-3g", X_OK) == 0 && access("/usr/sbin/mkntfs", X_OK) == 0,
      "needs root and ntfs-3g"), arguments: mountOptions)
  func ntfs(options: String) async throws {
    let lines = try await run(
      """
      truncate -s 64M image; mkntfs -qF image 2> /dev/null; mkdir disk; lowntfs-3g image disk \(options) 2> /dev/null
      TOOL=
      \(Self.pulls)
      cat said; umount disk
      """)
    #expect(lines == ["0", "0", "0", "0", "0"], "\(lines)")
  }

  @Test(
    "T157: onto exFAT, by exfat-fuse",
    .enabled(
      if: canMount && access("/usr/sbin/mount.exfat-fuse", X_OK) == 0 && access("/usr/sbin/mkfs.exfat", X_OK) == 0,
      "needs root, exfat-fuse and exfatprogs"), arguments: mountOptions)
  func exfat(options: String) async throws {
    let lines = try await run(
      """
      truncate -s 64M image; mkfs.exfat image > /dev/null; mkdir disk; device=$(losetup -f --show image)
      mount.exfat-fuse \(options) $device disk > /dev/null 2>&1; TOOL=
      \(Self.pulls)
      cat said; umount disk; losetup -d $device
      """)
    #expect(lines == ["0", "0", "0", "0", "0"], "\(lines)")
  }
}
