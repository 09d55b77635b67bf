import CLibrary
import Testing

/// ZFS can take the composed and the decomposed form of a name for one, as the file systems of macOS do.
@Suite(
  "Unpacking to a file system that normalizes Unicode",
  .enabled(
    if: getuid() == 0 && access("/usr/sbin/zfs-fuse", X_OK) == 0 && access("/dev/fuse", R_OK | W_OK) == 0,
    "needs root, zfs-fuse and /dev/fuse"))
struct ComposedNameTests {
  /// Runs a script where `disk` is such a file system. Its daemon is this script's alone.
  private func onDisk(_ properties: String, _ prepare: String, _ script: String) async throws -> [String] {
    var lines: [String] = []
    try await Dray.scene { dray in
      lines = try await dray.rootScript(
        prepare + """

          truncate -s 100M image
          unshare --mount --propagation private bash -euo pipefail <<'END'
          mount -t tmpfs tmpfs /run; mkdir -p /run/zfs /run/lock/zfs
          zfs-fuse -n > /dev/null 2>&1 & daemon=$!
          trap 'kill $daemon' EXIT
          until zpool list > /dev/null 2>&1 || ! kill -0 $daemon; do sleep 0.05; done
          zpool create -o cachefile=none -O utf8only=on \(properties) -m $PWD/disk dray $PWD/image > /dev/null
          \(script)
          umount disk 2> /dev/null || true
          END
          """)
    }
    return lines
  }

  /// Two forms of é.
  private static let composed = #"$'caf\xc3\xa9'"#
  private static let decomposed = #"$'cafe\xcc\x81'"#

  @Test(
    "T110: two Unicode forms of one name are refused where the disk takes them for one, and nothing is left",
    .timeLimit(.minutes(5)), arguments: [composed, decomposed])
  func collision(first: String) async throws {
    let second = first == Self.composed ? Self.decomposed : Self.composed
    // In one layer, in two, and as folders with files of other names.
    let prepare = """
      mkdir a b c; echo 1 > a/\(first); echo 2 > b/\(second); mkdir c/\(first) c/\(second); touch c/\(first)/x c/\(second)/y
      tar -cf 1.layer -C a \(first) -C ../b \(second); layout 1.layer; mv layout one
      tar -cf 1.layer -C a .; tar -cf 2.layer -C b .; layout 1.layer 2.layer; mv layout two
      tar -cf 1.layer -C c .; layout 1.layer; mv layout three
      """
    let script = """
      mkdir disk/probe; touch disk/probe/\(first); test -e disk/probe/\(second) && echo one; rm -r disk/probe
      for image in one two three; do
        $DRAY unpack $image disk/root > /dev/null 2> said && echo 0 || echo $?
        grep -c 'error.refused.*caf' said; ls -A disk
      done
      """
    let lines = try await onDisk("-O normalization=formC", prepare, script)
    #expect(lines == ["one", "21", "1", "21", "1", "21", "1"], "\(lines)")
  }

  @Test(
    "T110: one form alone keeps its bytes, and a whiteout of the other form leaves it alone", .timeLimit(.minutes(5)))
  func oneForm() async throws {
    let prepare = """
      mkdir a b; echo 1 > a/\(Self.decomposed); touch b/.wh.\(Self.composed)
      tar -cf 1.layer -C a .; tar -cf 2.layer -C b .; layout 1.layer 2.layer
      """
    let script = """
      $DRAY unpack layout disk/root > /dev/null; ls disk/root | od -An -tx1 | tr -d ' '; cat disk/root/*
      """
    for properties in ["-O normalization=formC", "-O normalization=formD -O casesensitivity=insensitive"] {
      #expect(try await onDisk(properties, prepare, script) == ["63616665cc810a", "1"])
    }
  }

  @Test("T110: names that differ in case alone are refused where the disk ignores it", .timeLimit(.minutes(5)))
  func letterCase() async throws {
    let prepare = "mkdir a; echo 1 > a/README; echo 2 > a/readme; tar -cf 1.layer -C a .; layout 1.layer"
    let script = "$DRAY unpack layout disk/root > /dev/null 2>&1 && echo 0 || echo $?; ls -A disk"
    #expect(try await onDisk("-O normalization=formC -O casesensitivity=insensitive", prepare, script) == ["21"])
  }
}
