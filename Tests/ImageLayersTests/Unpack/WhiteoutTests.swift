import ImageLayers
import ImageModel
import Testing

@Suite("Whiteouts take away what lower layers have, and nothing else")
struct WhiteoutTests {
  private func names(
    _ layers: [LayerMember]..., way: RootFolder.Resolution = .kernel
  ) async throws -> [String] {
    var names: [String] = []
    try await UnpackScene.run { scene in
      var scene = scene
      scene.resolution = way
      try scene.unpack(tars: layers.map { LayerMember.tar($0) })
      names = try await scene.names()
    }
    return names
  }

  @Test("T109: files, folders, links and what is not there", arguments: RootFolder.Resolution.allCases)
  func removal(way: RootFolder.Resolution) async throws {
    let found = try await names(
      [.file("a"), .folder("d/e"), .file("d/e/f"), .link("l", to: "d"), .file("kept"), .file("d/kept")],
      [
        .whiteout(".wh.a"), .whiteout("d/.wh.e"), .whiteout(".wh.l"), .whiteout(".wh.none"), .whiteout("no/.wh.such"),
        .whiteout("kept/.wh.x"),
      ], way: way)
    #expect(found == ["d d", "f d/kept", "f kept"])
  }

  @Test("T109: opaque folders, before and behind what the layer has in them", arguments: RootFolder.Resolution.allCases)
  func opaque(way: RootFolder.Resolution) async throws {
    let base: [LayerMember] = [.folder("d/sub"), .file("d/old"), .file("d/sub/old"), .file("d/both", "old")]
    for isFirst in [true, false] {
      let own: [LayerMember] = [.folder("d"), .file("d/new"), .file("d/sub/new"), .file("d/both", "new")]
      let mark: LayerMember = .whiteout("d/.wh..wh..opq")
      let found = try await names(base, isFirst ? [mark] + own : own + [mark], way: way)
      #expect(found == ["d d", "d d/sub", "f d/both", "f d/new", "f d/sub/new"])
    }
  }

  @Test(
    "T109: what the same layer makes stays, under whatever name it was made", arguments: RootFolder.Resolution.allCases)
  func sameLayer(way: RootFolder.Resolution) async throws {
    let found = try await names(
      [.folder("usr/lib"), .link("lib", to: "usr/lib"), .file("usr/lib/old"), .file("usr/lib/gone")],
      [
        .file("lib/old", "new"), .file("lib/mine"), .whiteout("usr/lib/.wh.old"), .whiteout("lib/.wh.mine"),
        .whiteout("usr/lib/.wh..wh..opq"),
      ], way: way)
    #expect(found == ["d usr", "d usr/lib", "f usr/lib/mine", "f usr/lib/old", "l libusr/lib"])
  }

  @Test("T109: through links of lower layers, and only within the root", arguments: RootFolder.Resolution.allCases)
  func throughLinks(way: RootFolder.Resolution) async throws {
    try await UnpackScene.run { scene in
      var scene = scene
      scene.resolution = way
      try scene.unpack(
        [
          .link("out", to: "../outside"), .link("abs", to: "\(scene.folder)"), .link("in", to: "d"), .file("d/a"),
          .file("d/b"),
        ],
        [
          .whiteout("out/.wh.witness"), .whiteout("out/.wh..wh..opq"), .whiteout("abs/outside/.wh.witness"),
          .whiteout("in/.wh.a"),
        ])
      #expect(try await scene.names().filter { $0.hasPrefix("f") } == ["f d/b"])
    }
  }

  @Test(
    "T149: AUFS's files for hard links become those, in their own layer alone",
    arguments: RootFolder.Resolution.allCases)
  func aufsLinks(way: RootFolder.Resolution) async throws {
    try await UnpackScene.run { scene in
      var scene = scene
      scene.resolution = way
      let source = ".wh..wh.plnk/7.8"
      try scene.unpack(
        [.file("a", "old")],
        [.folder(".wh..wh.plnk"), .file(source, "data"), .hardLink("a", to: source), .hardLink("d/b", to: source)],
        [.file("c")])
      #expect(try await scene.names() == ["d d", "f a", "f c", "f d/b"])
      #expect(try scene.text("a") == "data" && scene.text("d/b") == "data")
    }
    try await UnpackScene.run { scene in
      let source = ".wh..wh.plnk/7.8"
      let error = UnpackError.noLinkTarget(entry: "a", target: source)
      #expect(throws: error) { try scene.unpack([.file(source, "data")], [.hardLink("a", to: source)]) }
    }
  }

  @Test("T109: in the lowest layer they hide nothing; names that are none are refused")
  func odd() async throws {
    let found = try await names([.file("a"), .whiteout(".wh.a"), .whiteout(".wh..wh..opq"), .file(".wh..wh.plnk/1.2")])
    #expect(found == ["f a"])
    for name in [".wh.", ".wh..", ".wh...", "d/.wh.."] {
      try await UnpackScene.run { scene in
        #expect(throws: LayerError.unsafeWhiteout(member: name)) {
          try scene.unpack([.folder("d"), .file("d/a")], [.whiteout(name)])
        }
        let left = try await scene.lines("ls '\(scene.folder)'")
        #expect(left == ["outside", "witness"])
      }
    }
  }

  @Test("Files take the place of folders, folders that of files and of links, and folders keep what is in them")
  func replaced() async throws {
    let found = try await names(
      [.folder("d/e"), .file("d/e/f"), .file("f"), .link("l", to: "d"), .folder("m"), .file("m/kept"), .file("g")],
      [.file("d", "now a file"), .folder("f"), .file("f/in"), .folder("l"), .file("l/in"), .folder("m"), .file("g/in")])
    #expect(found == ["d f", "d g", "d l", "d m", "f d", "f f/in", "f g/in", "f l/in", "f m/kept"])
  }
}
