import ImageLayers
import ImageModel
import Testing

@Suite("Nothing that a layer says leads out of the root")
struct EscapeTests {
  static let ways = RootFolder.Resolution.allCases

  /// Runs a case with both ways to follow links.
  private func scene(_ way: RootFolder.Resolution, _ body: (UnpackScene) async throws -> Void) async throws {
    try await UnpackScene.run { scene in
      var scene = scene
      scene.resolution = way
      try await body(scene)
    }
  }

  private func expectRefused(_ scene: UnpackScene, _ layers: [[LayerMember]]) async throws {
    do {
      try scene.unpack(tars: layers.map { LayerMember.tar($0) })
      Issue.record("it was unpacked")
    } catch let error as any ClassifiedError {
      #expect(error.failureClass == .refused, "\(error)")
    }
    #expect(try await scene.lines("ls '\(scene.folder)'") == ["outside", "witness"])
  }

  @Test("T105: what is written through a link to somewhere stays in the root", arguments: ways)
  func throughLinks(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      let outside = "\(scene.folder)/outside"
      try scene.unpack(
        [
          .link("absolute", to: outside), .file("absolute/a", "a"),
          .link("above", to: "../../../../../../../../../.."), .file("above/b", "b"),
          .link("beside", to: "../outside"), .file("beside/c", "c"), .link("first", to: "second"),
          .link("second", to: "/third"), .folder("third"), .file("first/d", "d"),
        ],
        [.file("absolute/witness", "mine"), .whiteout("beside/.wh.c"), .file("beside/witness", "mine")])
      #expect(try scene.text("\(outside)/a") == "a")
      #expect(try scene.text("b") == "b")
      #expect(try scene.text("third/d") == "d")
      #expect(try scene.text("outside/witness") == "mine")
      #expect(try await scene.lines("ls '\(scene.root)/outside'") == ["witness"])
    }
  }

  @Test("T105: a link of the root's own name, or no folder in its place, is refused", arguments: ways)
  func rootItself(way: RootFolder.Resolution) async throws {
    for name in [".", "/", "./", "./.", "//"] {
      for kind in ["link", "hard", "file"] {
        let member: LayerMember =
          switch kind {
          case "link": .link(name, to: "/tmp")
          case "hard": .hardLink(name, to: "a")
          default: .file(name, "x")
          }
        try await scene(way) { scene in
          try await expectRefused(scene, [[.file("a"), member, .file("b", "b")]])
        }
      }
    }
  }

  @Test("T105: names with .. are refused, whatever they come to", arguments: ways)
  func dots(way: RootFolder.Resolution) async throws {
    for name in ["..", "../outside/x", "a/../b", "a/../../outside/witness", "/../x", "a/.."] {
      try await scene(way) { try await expectRefused($0, [[.folder("a"), .file(name, "x")]]) }
    }
  }

  @Test("T105: forty links lead to a file, and no more", arguments: ways)
  func chain(way: RootFolder.Resolution) async throws {
    func links(_ count: Int) -> [LayerMember] {
      [.folder("l0")] + (1...count).map { .link("l\($0)", to: "l\($0 - 1)") } + [.file("l\(count)/x", "x")]
    }
    try await scene(way) { scene in
      try scene.unpack(links(40))
      #expect(try scene.text("l0/x") == "x")
    }
    try await scene(way) { try await expectRefused($0, [links(41)]) }
    try await scene(way) {
      try await expectRefused($0, [[.link("a", to: "b"), .link("b", to: "a"), .file("a/x")]])
    }
  }

  @Test("T105: a link in the way of a file is replaced, and not followed", arguments: ways)
  func linkInTheWay(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      let witness = "\(scene.folder)/outside/witness"
      try scene.unpack(
        [
          .link("a", to: witness), .file("a", "mine"), .link("b", to: witness), .folder("b", mode: 0o700),
          .link("c", to: witness), .other("c", .pipe), .link("d", to: witness), .link("d", to: "a"),
        ])
      #expect(try await scene.names() == ["d b", "f a", "l da", "p c"])
      #expect(try scene.text("a") == "mine")
    }
  }

  @Test("T106: a hard link to what is outside is refused", arguments: ways)
  func hardLinksOutside(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      let outside = "\(scene.folder)/outside/witness"
      for target in [outside, "../outside/witness", "witness", "..", "/", "link/witness", "a/../../witness"] {
        try await expectRefused(scene, [[.link("link", to: "../outside"), .folder("a"), .hardLink("x", to: target)]])
      }
    }
  }

  @Test("T106: a hard link to a link is another name of the link itself", arguments: ways)
  func hardLinkToLink(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      let witness = "\(scene.folder)/witness"
      try scene.unpack([.link("a", to: witness), .hardLink("b", to: "a"), .file("c"), .hardLink("c", to: "a")])
      #expect(try await scene.lines("cd '\(scene.root)'; stat -c '%h %N' *").allSatisfy { $0.hasPrefix("3 ") })
      #expect(try await scene.lines("stat -c %h '\(witness)'") == ["1"])
    }
  }

  @Test("T106: hard links in the root, through links, to themselves and over others", arguments: ways)
  func hardLinks(way: RootFolder.Resolution) async throws {
    try await scene(way) { scene in
      try scene.unpack(
        [
          .folder("usr/bin"), .link("bin", to: "usr/bin"), .file("bin/dash", "dash"),
          .hardLink("bin/sh", to: "bin/dash"),
          .hardLink("bin/dash", to: "usr/bin/dash"), .hardLink("/usr/bin/sh", to: "/bin/dash"),
        ],
        [.hardLink("again", to: "bin/sh"), .folder("over/in"), .hardLink("over", to: "again")])
      #expect(try scene.text("over") == "dash")
      #expect(
        try await scene.lines("cd '\(scene.root)'; stat -c %h again over usr/bin/dash usr/bin/sh") == [
          "4", "4", "4", "4",
        ])
    }
  }
}
