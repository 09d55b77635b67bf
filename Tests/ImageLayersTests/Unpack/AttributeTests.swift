import ImageLayers
import ImageModel
import TarFormat
import Testing
import WatchedPrograms

@Suite("Files have what their entries say")
struct AttributeTests {
  @Test("Modes, owners, times to the nanosecond, links, pipes and devices")
  func everything() async throws {
    // Owners, devices and attributes of other name spaces than the user's.
    try TestNeeds.root()
    try await UnpackScene.run { scene in
      try scene.unpack([
        .folder("d", mode: 0o1777, owner: (7, 8)), .file("d/f", "text", mode: 0o644, owner: (1_000, 1_001)),
        .file("d/setuid", mode: 0o6755), .link("d/l", to: "f"), .other("d/p", .pipe, mode: 0o620),
        .other("d/c", .characterDevice(major: 1, minor: 3), mode: 0o666, owner: (0, 5)),
        .other("d/b", .blockDevice(major: 7, minor: 300), mode: 0o4660), .file("implied/f", mode: 0o400),
        .folder("closed", mode: 0), .file("closed/f"),
      ])
      #expect(
        try await scene.tree() == [
          "closed d 0 0:0 2000.0000000000", "closed/f f 644 0:0 0 1000.0000000050 ",
          "d d 1777 7:8 2000.0000000000", "d/b b 4660 0:0 0 2000.0000000000 ",
          "d/c c 666 0:5 0 2000.0000000000 ", "d/f f 644 1000:1001 4 1000.0000000050 ",
          "d/l l 777 0:0 1 2000.0000000000 f", "d/p p 620 0:0 0 2000.0000000000 ",
          "d/setuid f 6755 0:0 0 1000.0000000050 ", "implied d 755 0:0 0.0000000000",
          "implied/f f 400 0:0 0 1000.0000000050 ",
        ])
      #expect(try await scene.lines("cd '\(scene.root)/d'; stat -c '%t:%T' c b") == ["1:3", "7:12c"])
      #expect(try await scene.lines("stat -c '%a %Y' '\(scene.root)'") == ["755 0"])
    }
  }

  @Test("Extended attributes of files and folders; what a later entry of a folder lacks is gone")
  func extended() async throws {
    try TestNeeds.root()
    try await UnpackScene.run { scene in
      var folder = LayerMember.folder("d")
      folder.header.extendedAttributes = [Array("user.a".utf8): [1, 2], Array("trusted.t".utf8): [3]]
      var capable = LayerMember.file("d/f", mode: 0o755, attributes: ["user.x": "y"])
      capable.header.userID = 5
      capable.header.extendedAttributes[Array("security.capability".utf8)] =
        [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      let counts = try scene.unpack([folder, capable])
      #expect(counts.skippedAttributes == 0)
      let found = try await scene.lines("cd '\(scene.root)'; getfattr -R -h -d -m - -e hex d | grep =")
      #expect(
        found == [
          "trusted.t=0x03", "user.a=0x0102", "security.capability=0x0100000200040000000000000000000000000000",
          "user.x=0x79",
        ])
    }
    try await UnpackScene.run { scene in
      var folder = LayerMember.folder("d")
      folder.header.extendedAttributes = [Array("user.a".utf8): [1]]
      folder.header.mode = 0o700
      let counts = try scene.unpack([folder, .file("f", attributes: ["nonsense.x": "y"])], [.folder("d", mode: 0o750)])
      #expect(counts.skippedAttributes == 1)
      #expect(try await scene.lines("cd '\(scene.root)'; getfattr -d -m - d; stat -c %a d") == ["750"])
    }
  }

  @Test("Sparse files stay sparse")
  func sparse() async throws {
    try await UnpackScene.run { scene in
      var member = LayerMember.file("s")
      member.header.size = 1 << 30
      member.header.sparseMap = SparseMap(
        size: 1 << 30, pieces: [.init(offset: 4_096, count: 3), .init(offset: 1 << 29, count: 2)])
      member.content = Array("abcde".utf8)
      let counts = try scene.unpack([member])
      #expect(counts.bytes == 5)
      let found = try await scene.lines(
        """
        cd '\(scene.root)'; stat -c %s s; [ $(stat -c %b s) -lt 100 ] && echo sparse
        dd if=s bs=1 skip=4095 count=5 status=none | od -An -c | tr -d ' '; dd if=s bs=4096 skip=131072 count=1 status=none | tr -d '\\0'
        """)
      #expect(found == ["\(1 << 30)", "sparse", "\\0abc\\0", "de"])
    }
  }

  @Test("Limits on bytes and entries; nothing is left where one is reached")
  func limits() async throws {
    try await UnpackScene.run { scene in
      var scene = scene
      scene.limits.bytes = 10
      #expect(throws: UnpackError.tooLarge(limit: 10)) {
        try scene.unpack([.file("a", "123456")], [.file("a", "123456")])
      }
      scene.limits.bytes = 12
      scene.limits.entries = 2
      #expect(throws: UnpackError.tooManyEntries(limit: 2)) {
        try scene.unpack([.file("a", "123456")], [.file("a", "123456"), .file("b")])
      }
      let left = try await scene.lines("ls '\(scene.folder)'")
      #expect(left == ["outside", "witness"])
    }
  }

  @Test(
    "A tree that is deeper than files may be open is made, replaced and removed",
    arguments: RootFolder.Resolution.allCases)
  func deep(way: RootFolder.Resolution) async throws {
    try await UnpackScene.run { scene in
      var scene = scene
      scene.resolution = way
      let path = Array(repeating: "d", count: 2_000).joined(separator: "/")
      try scene.unpack([.file(path + "/f", "deep")], [.file(path + "/g", "deep")])
      #expect(
        try await scene.lines("cd '\(scene.root)'; find . -type f | wc -l; find . -type d -perm 755 | wc -l") == [
          "2", "2001",
        ])
      _ = try await Shell.bytes("rm -r '\(scene.root)'")
      try scene.unpack([.file(path + "/f")], [.file("d", "now a file")])
      #expect(try await scene.names() == ["f d"])
    }
  }
}
