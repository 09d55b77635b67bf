import CLibrary
import ImageLayers
import Testing

@Suite(
  "File systems that take two spellings for one name",
  .enabled(
    if: getuid() == 0 && access("/usr/bin/lowntfs-3g", X_OK) == 0 && access("/dev/fuse", R_OK | W_OK) == 0,
    "needs root, lowntfs-3g and /dev/fuse"))
struct SpellingTests {
  static let ways = RootFolder.Resolution.allCases

  /// Runs a case in a file system that does not tell `a` from `A`, as APFS and Windows do not. This one lists all names
  /// in small letters.
  private func scene(_ way: RootFolder.Resolution, _ body: (UnpackScene) async throws -> Void) async throws {
    try await UnpackScene.run { scene in
      var folding = UnpackScene(folder: scene.folder.appending("root"))
      folding.resolution = way
      let disk = "\(scene.folder)/root.disk"
      _ = try await scene.lines(
        """
        truncate -s 16M '\(disk)'; /usr/sbin/mkntfs -qF '\(disk)' 2>/dev/null; mkdir '\(folding.folder)'
        lowntfs-3g -o ignore_case,permissions '\(disk)' '\(folding.folder)' 2>/dev/null; touch '\(folding.folder)/A'
        test -e '\(folding.folder)/a'; rm '\(folding.folder)/a'
        """)
      do { try await body(folding) } catch {
        _ = try await scene.lines("umount '\(folding.folder)'; rm '\(disk)'")
        throw error
      }
      _ = try await scene.lines("umount '\(folding.folder)'; rm '\(disk)'")
    }
  }

  static let refused: [(layers: [[LayerMember]], entry: String)] = [
    ([[.file("README", "one"), .file("readme", "two")]], "readme"),
    ([[.file("README", "one")], [.file("readme", "two")]], "readme"),
    ([[.folder("Lib"), .file("Lib/a"), .folder("lib"), .file("lib/b")]], "lib"),
    ([[.file("Lib/a"), .file("lib/b")]], "lib"),
    ([[.file("Lib/a")], [.file("lib/b")]], "lib"),
    ([[.file("a"), .link("A", to: "a")]], "A"),
    ([[.file("a"), .hardLink("A", to: "a")]], "A"),
    ([[.folder("a"), .other("A", .pipe)]], "A"),
    ([[.folder("a"), .link("l", to: "A"), .file("l/x")]], "l"),
    ([[.file("\u{E9}"), .file("\u{C9}")]], "\u{C9}"),
  ]

  @Test("T110: what would overwrite another entry is refused, and nothing is left", arguments: ways)
  func collisions(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      for (layers, entry) in Self.refused {
        #expect(throws: UnpackError.sameName(entry: entry)) {
          try scene.unpack(tars: layers.map { LayerMember.tar($0) })
        }
        let left = try await scene.lines("ls -A '\(scene.folder)'")
        #expect(left.isEmpty, "\(entry)")
      }
    }
  }

  @Test("T110: the same name again replaces, and a whiteout or a hard link means its own name alone", arguments: ways)
  func sameSpelling(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      try scene.unpack(
        [
          .file("README", "one"), .file("README", "two"), .file("Lib/a", "a"), .file("Lib/b", "b"), .file("GONE", "x"),
          .file("Old/x"), .file("kept", "kept"),
        ],
        [
          .file("README", "three"), .folder("Lib", mode: 0o700), .file("Lib/a", "new"), .whiteout(".wh.GONE"),
          .file("gone", "y"), .whiteout(".wh.KEPT"), .whiteout(".wh.Old"), .file("old/X"),
        ])
      #expect(
        try await scene.names() == [
          "d lib", "d old", "f gone", "f kept", "f lib/a", "f lib/b", "f old/x", "f readme",
        ])
      #expect(try scene.text("readme") == "three")
      #expect(try scene.text("lib/a") == "new")
      #expect(try scene.text("gone") == "y")
      #expect(throws: UnpackError.noLinkTarget(entry: "b", target: "A")) {
        try scene.unpack([.file("a"), .hardLink("b", to: "A")], into: "other")
      }
    }
  }
}
