import ImageLayers
import ImageModel
import TarFormat
import Testing

@Suite("Layers upon one another")
struct MergedRootTests {
  /// The root of layers that GNU tar made of folders, which the script fills: `1`, `2` …
  private static func root(_ script: String, layers: Int) async throws -> MergedRoot {
    var root = MergedRoot()
    for number in 1...layers {
      let bytes = try await Shell.bytes(
        """
        mkdir {1..\(layers)}
        \(script)
        tar -C \(number) -cf - --sort=name .
        """)
      root.beginLayer()
      for (entry, content) in try entries(bytes) { try root.add(entry, digest: Digest.hash(content)) }
    }
    return root
  }

  private static func paths(_ root: MergedRoot) throws -> [String] {
    var paths: [String] = []
    try root.forEach(below: .root) { paths.append($0.path.text) }
    return paths
  }

  @Test("a later layer wins, and each path knows the layer that put it there")
  func owners() async throws {
    let root = try await Self.root(
      "mkdir 1/a 2/a; echo one >1/a/x; echo one >1/a/y; echo two >2/a/x; chmod 700 2/a", layers: 2)
    #expect(try Self.paths(root) == ["a", "a/x", "a/y"])
    let x = try #require(try root.entry(at: "a/x", followingLink: false))
    #expect(x.layer == 1 && x.contentDigest == Digest.hash(Array("two\n".utf8)))
    #expect(try root.entry(at: "/a/y", followingLink: false)?.layer == 0)
    let folder = try #require(try root.entry(at: "a", followingLink: false))
    #expect(folder.mode == 0o700 && folder.layer == 1)
  }

  @Test("T109: a whiteout takes away a file, a folder with all in it, and nothing else; its own name never shows")
  func whiteouts() async throws {
    let root = try await Self.root(
      """
      mkdir -p 1/keep 1/gone/deep 2/gone; touch 1/keep/a 1/keep/ab 1/gone/deep/x 1/single
      touch 2/.wh.single 2/.wh.missing; mkdir 2/keep; touch 2/keep/.wh.a; rmdir 2/gone; touch 2/.wh.gone
      """, layers: 2)
    #expect(try Self.paths(root) == ["keep", "keep/ab"])
  }

  @Test("T109: a whiteout does not take away what its own layer puts there, wherever it stands")
  func whiteoutAndFile() async throws {
    let root = try await Self.root(
      "mkdir -p 1/d 2/d; echo old >1/d/x; echo old >1/f; touch 2/.wh.d 2/.wh.f; echo new >2/d/y; echo new >2/f",
      layers: 2)
    #expect(try Self.paths(root) == ["d", "d/y", "f"])
    #expect(try root.entry(at: "f", followingLink: false)?.layer == 1)
  }

  @Test("T109: an opaque folder keeps only what its own layer has in it")
  func opaque() async throws {
    let root = try await Self.root(
      """
      mkdir -p 1/d/old/deep 1/other 2/d/new 3/d; touch 1/d/a 1/d/old/deep/b 1/other/c 2/d/z 2/d/A 2/d/new/n
      touch 2/d/.wh..wh..opq 3/d/last
      """, layers: 3)
    #expect(try Self.paths(root) == ["d", "d/A", "d/last", "d/new", "d/new/n", "d/z", "other", "other/c"])
  }

  @Test("T109: a folder that a lower layer has as a link is opaque where the link leads, within the root only")
  func opaqueThroughLink() async throws {
    let root = try await Self.root(
      """
      mkdir -p 1/usr/bin; touch 1/usr/bin/old; ln -s ../../../../usr/bin 1/bin
      touch 2/x
      """, layers: 2)
    #expect(try root.entry(at: "bin/old", followingLink: false) != nil)
    var third = root
    third.beginLayer()
    for name in ["bin/.wh..wh..opq", "bin/new"] {
      for (entry, _) in try entries(try await Shell.bytes("mkdir bin; touch \(name); tar -cf - \(name)")) {
        try third.add(entry)
      }
    }
    #expect(try Self.paths(third) == ["bin", "usr", "usr/bin", "usr/bin/new", "x"])
  }

  @Test("T108: files beneath a link to a folder land where it leads; a link replaced by a file is not followed")
  func links() async throws {
    let root = try await Self.root(
      """
      mkdir -p 1/usr/bin 2/usr/bin; ln -s usr/bin 1/bin; ln -s dash 1/usr/bin/sh; echo dash >1/usr/bin/dash
      ln -s ../../../../../etc/ssl/cacerts 1/usr/bin/cacerts; mkdir -p 1/etc/ssl; echo certs >1/etc/ssl/cacerts
      echo sh >2/usr/bin/sh
      """, layers: 2)
    #expect(try root.entry(at: "/bin/dash", followingLink: true)?.path.text == "usr/bin/dash")
    #expect(try root.entry(at: "bin/sh", followingLink: true)?.contentDigest == Digest.hash(Array("sh\n".utf8)))
    #expect(try root.entry(at: "bin/dash", followingLink: true)?.contentDigest == Digest.hash(Array("dash\n".utf8)))
    #expect(try root.entry(at: "bin/cacerts", followingLink: true)?.path.text == "etc/ssl/cacerts")
    #expect(try root.entry(at: "../../bin/../bin/dash", followingLink: true)?.path.text == "usr/bin/dash")
    #expect(
      try root.children(of: try #require(LayerPath(Array("bin".utf8))))?.map(\.path.text).first == "usr/bin/cacerts")
  }

  @Test("a file becomes a folder, and a folder a file or a link")
  func kinds() async throws {
    let root = try await Self.root(
      "mkdir -p 1/d 1/e 2/f; touch 1/f 1/d/x 1/e/y 2/f/z 2/d; ln -s d 2/e", layers: 2)
    #expect(try Self.paths(root) == ["d", "e", "f", "f/z"])
    #expect(try root.entry(at: "d", followingLink: false)?.kind == .file)
    #expect(try root.entry(at: "e", followingLink: false)?.kind == .symbolicLink)
    #expect(try root.entry(at: "f", followingLink: false)?.kind == .directory)
  }

  @Test("hard links lead to one content, across layers too, and outlive the name that they were made from")
  func hardLinks() async throws {
    var root = MergedRoot()
    root.beginLayer()
    for (entry, content) in try entries(try await Shell.bytes("echo data >a; ln a b; tar -cf - a b")) {
      try root.add(entry, digest: Digest.hash(content))
    }
    root.beginLayer()
    let second = try entries(try await Shell.bytes("echo data >a; ln a c; tar -cf - a c"))
    try root.add(second[1].entry)
    for (entry, _) in try entries(try await Shell.bytes("touch .wh.a; tar -cf - .wh.a")) { try root.add(entry) }
    #expect(try Self.paths(root) == ["b", "c"])
    let link = try #require(try root.entry(at: "c", followingLink: false))
    #expect(link.layer == 1 && link.place == RootEntry.Place(layer: 0, entry: 0) && link.linkCount == 2)
    #expect(link.contentDigest == Digest.hash(Array("data\n".utf8)))
  }

  @Test("T149: AUFS's files for hard links have the names of those and no other, until their layer ends")
  func aufsLinks() throws {
    let source = ".wh..wh.plnk/7.8"
    let layer = LayerMember.tar([
      .file(source, "data"), .hardLink("a", to: source), .hardLink("d/b", to: source), .file("a", "new"),
      .hardLink("d/c", to: source),
    ])
    var root = MergedRoot()
    root.beginLayer()
    for entry in try entries(layer) { try root.add(entry.entry) }
    #expect(try Self.paths(root) == ["a", "d", "d/b", "d/c"])
    let found = try ["d/b", "d/c"].map { try #require(try root.entry(at: $0, followingLink: true)) }
    #expect(found.map(\.size) == [4, 4] && found.map(\.linkCount) == [2, 2])
    #expect(found.map(\.place?.entry) == [0, 0])
    root.beginLayer()
    let late = try entries(LayerMember.tar([.hardLink("e", to: source)]))[0].entry
    #expect(throws: LayerError.missingLinkTarget(member: "e", target: source)) { try root.add(late) }
  }

  @Test("T106: a hard link to nothing or to a folder is refused; a loop of links ends")
  func badLinks() async throws {
    let bytes = try await Shell.bytes("echo >a; ln a b; mkdir d; ln -s x y; ln -s y x; tar -cf - a b d x y")
    let all = try entries(bytes).map(\.entry)
    var root = MergedRoot()
    root.beginLayer()
    #expect(throws: LayerError.missingLinkTarget(member: "b", target: "a")) { try root.add(all[1]) }
    for entry in all { try root.add(entry) }
    #expect(throws: LayerError.tooManyLinks(member: "x/z")) { try root.entry(at: "x/z", followingLink: true) }
  }

  @Test("a root has no more paths than its limit, whatever was taken away before")
  func limit() async throws {
    let bytes = try await Shell.bytes("touch {1..9}; tar -cf - *")
    let whiteouts = try await Shell.bytes("touch .wh.{1..9}; tar -cf - .wh.*")
    var root = MergedRoot(limit: 10)
    for _ in 0..<50 {
      for layer in [bytes, whiteouts] {
        root.beginLayer()
        for (entry, _) in try entries(layer) { try root.add(entry) }
      }
    }
    #expect(root.count == 1)
    var small = MergedRoot(limit: 9)
    small.beginLayer()
    #expect(throws: LayerError.tooManyEntries(limit: 9)) {
      for (entry, _) in try entries(bytes) { try small.add(entry) }
    }
  }

  @Test("what differs in two roots is named, and nothing else")
  func differences() async throws {
    let script = """
      mkdir -p 1/same 1/d 2/d 3/d; echo s >1/same/s; echo a >1/d/a; echo b >1/d/b
      touch 2/d/.wh.a; echo n >2/d/new; echo b >3/d/b; chmod 600 3/d/b
      """
    let one = try await Self.root(script, layers: 1)
    let other = try await Self.root(script.replacing("1/", with: "1/") + "\n", layers: 3)
    var found: [String] = []
    MergedRoot.forEachDifference(one, other) { old, new in
      found.append("\(old == nil ? "+" : new == nil ? "-" : "~")\((old ?? new)?.path.text ?? "")")
    }
    #expect(found == ["-d/a", "~d/b", "+d/new"])
  }
}
