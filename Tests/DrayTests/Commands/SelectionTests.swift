import CLibrary
import FoundationEssentials
import ImageCopy
import ImageModel
import RegistryClient
import Testing

@testable import DrayMessages
@testable import dray

@Suite("Which images a pull takes")
struct SelectionTests {
  private func file(_ text: String, _ body: (String) async throws -> Void) async throws {
    let path = "/tmp/dray-list-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { unlink(path) }
    try await body(path)
  }

  private func result(_ images: [ImageReference], leftOut: [FailedImage] = []) -> PullResult {
    PullResult(
      images.map {
        PulledImage(
          reference: $0, digest: Samples.otherDigest, manifestDigest: Samples.digest, platforms: [Samples.platform],
          selection: .one(Samples.platform), name: $0)
      }, path: "b.tar", archiveSize: 1, bytesFetched: 1, elapsed: .zero, leftOut: leftOut)
  }

  @Test("several images and a file make one request, a folder makes one for each")
  func bundle() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "a:1", "b:2", "a:1", "-o", "/tmp/x.tar", "--keep-going") == .success)
    let request = try #require(world.requests.first)
    #expect(world.requests.count == 1)
    #expect(request.images.map(\.reference.familiarName) == ["a:1", "b:2"])
    #expect(request.output == .file("/tmp/x.tar"))
    #expect(request.keepsGoing)

    let other = try TestWorld()
    #expect(await other.run("pull", "a:1", "b:2", "-o", "/tmp") == .success)
    #expect(other.requests.map(\.images.count) == [1, 1])
  }

  @Test("a name that is none spares a bundle every request")
  func badName() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "a:1", "B", "-o", "/tmp/x.tar", "--keep-going") == .failure(.usage))
    #expect(world.requests.isEmpty)
  }

  @Test("images that were left out are named on standard error, and the code is 1", arguments: [false, true])
  func leftOut(isQuiet: Bool) async throws {
    let error = ResolveError.noSuchPlatform(Samples.reference, wanted: Samples.platform, available: [])
    let world = try TestWorld { request, _ in
      result([request.reference], leftOut: [FailedImage(reference: Samples.reference, error: error)])
    }
    let code = await Program.run(
      ["pull", "a:1", "b:2", "-o", "/tmp/x.tar", "--keep-going"] + (isQuiet ? ["--quiet"] : []), in: world.context())
    #expect(code.number == 1)
    #expect(world.output.text == "b.tar\n")
    #expect(world.errors.text.contains("1 left out:\nerror[unsupported]: \(Samples.reference) has no image"))
  }

  @Test("what one of several failed of is said with its name")
  func failed() async throws {
    let world = try TestWorld { request, _ in
      throw FailedImage(reference: request.images[1].reference, error: RegistryError(.manifestNotFound))
    }
    #expect(await world.run("pull", "a:1", "b:2", "-o", "/tmp/x.tar") == .failure(.notFound))
    #expect(world.errors.text.contains("b:2"))
  }

  @Test("platforms: one, several, all")
  func platforms() async throws {
    let world = try TestWorld()
    _ = await world.run("pull", "a", "--platform", "linux/arm64", "-o", "/tmp/x.tar")
    _ = await world.run(
      "pull", "a", "--platform", "linux/arm64", "--platform", "linux/amd64", "--platform", "arm64", "-o", "/tmp/x.tar")
    _ = await world.run("pull", "a", "--all-platforms", "--with-referrers", "-o", "/tmp/x.tar")
    #expect(
      world.requests.map(\.image.platforms) == [
        .one(Samples.otherPlatform), .several([Samples.otherPlatform, Samples.platform]), .all,
      ])
    #expect(world.requests.map(\.image.bringsReferrers) == [false, false, true])
  }

  @Test("a list: its options, its line in errors, its duplicates once")
  func list() async throws {
    try await file("a:1\nb:2 --platform=linux/arm64\n# c\na:1\nd --as=team/d:1\n") { path in
      let world = try TestWorld()
      #expect(await world.run("pull", "--from-file", path, "e", "-o", "/tmp/x.tar") == .success)
      let images = try #require(world.requests.first).images
      #expect(images.map(\.reference.familiarName) == ["e:latest", "a:1", "b:2", "d:latest"])
      #expect(images[2].platforms == .one(Samples.otherPlatform))
      #expect(images[3].name?.familiarName == "team/d:1")
    }
    try await file("a:1\n\nTeam/B\n") { path in
      let world = try TestWorld()
      #expect(await world.run("pull", "--from-file", path, "-o", "/tmp/x.tar") == .failure(.usage))
      #expect(world.errors.text.contains("'\(path)', line 3:"))
      #expect(world.requests.isEmpty)
    }
  }

  @Test("a compose file takes its variables from the environment")
  func compose() async throws {
    try await file("services:\n  web:\n    image: nginx:${TAG}\n") { path in
      let world = try TestWorld(variables: ["TAG": "1.25"])
      #expect(await world.run("pull", "--from-file", path, "-o", "/tmp/x.tar") == .success)
      #expect(world.requests.map(\.reference.familiarName) == ["nginx:1.25"])
      let other = try TestWorld()
      #expect(await other.run("pull", "--from-file", path, "-o", "/tmp/x.tar") == .failure(.usage))
      #expect(other.errors.text.contains("line 3: the variable TAG has no value"))
    }
  }

  @Test("a list on standard input")
  func standardInput() async throws {
    let pipe = try PipeEnds()
    #expect(write(pipe.writing, "a:1\n", 4) == 4)
    close(pipe.writing)
    defer { close(pipe.reading) }
    let world = try TestWorld(input: pipe.reading)
    #expect(await world.run("pull", "--from-file", "-", "-o", "/tmp/x.tar") == .success)
    #expect(world.requests.map(\.reference.familiarName) == ["a:1"])
  }

  @Test("a lock names what was found, and replaces an older one")
  func lock() async throws {
    try await file("old") { path in
      let world = try TestWorld { request, _ in result(request.images.map(\.reference)) }
      #expect(await world.run("pull", "nginx:1", "quay.io/b/c:2", "-o", "/tmp/x.tar", "--lock", path) == .success)
      let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
      #expect(
        text == """
          # dray pull --from-file brings exactly these images.
          docker.io/library/nginx:1@\(Samples.otherDigest) --platform=linux/amd64
          quay.io/b/c:2@\(Samples.otherDigest) --platform=linux/amd64

          """)
      let again = try TestWorld()
      #expect(await again.run("pull", "--from-file", path, "-o", "/tmp/x.tar") == .success)
      #expect(again.requests.first?.images.map(\.reference.digest) == [Samples.otherDigest, Samples.otherDigest])
      #expect(again.requests.first?.images.first?.tagIsLabel == true)
    }
    let world = try TestWorld { _, _ in throw RegistryError(.manifestNotFound) }
    #expect(await world.run("pull", "a", "-o", "/tmp/x.tar", "--lock", "/no such/x") != .success)
    #expect(world.requests.isEmpty, "the lock's place is looked at before anything is asked for")
  }

  @Test("without a terminal a pattern needs --yes, which then pulls what was found")
  func unconfirmed() async throws {
    let matches = [sampleReference("h.example/team/a:1"), sampleReference("h.example/team/b:2")]
    let world = try TestWorld(matches: matches)
    #expect(await world.run("pull", "h.example/team/*", "-o", "/tmp/x.tar") == .failure(.usage))
    #expect(world.requests.isEmpty)
    #expect(world.errors.text.contains("--yes"))
    #expect(await world.run("pull", "h.example/team/*", "-o", "/tmp/x.tar", "--yes") == .success)
    #expect(world.requests.first?.images.map(\.reference) == matches)
    #expect(
      world.errors.text.contains("h.example/team/a:1  1.0 MB\nh.example/team/b:2  1.0 MB\n2 images, 2.0 MB in total"))
  }

  @Test("on a terminal a pattern is asked about", arguments: [("y\n", true), ("\n", false), ("no\n", false)])
  func asked(answer: String, isPulled: Bool) async throws {
    let terminal = try Pseudoterminal()
    terminal.type(answer)
    let world = try TestWorld(
      input: terminal.slave, terminal: terminal.slave, matches: [sampleReference("h.example/team/a:1")])
    let code = await world.run("pull", "h.example/team/*", "-o", "/tmp/x.tar")
    #expect(code == (isPulled ? .success : .failure(.usage)))
    #expect(world.requests.count == (isPulled ? 1 : 0))
  }

  @Test(
    "what does not go together is refused before any request",
    arguments: [
      (["a", "--platform", "arm64", "--all-platforms"], "--platform and --all-platforms cannot be used together"),
      (["a", "--tags", "~1"], "--tags: '~1'"), (["a:1", "--tags", "1.*"], "'a:1' already has a tag"),
      (["h.example/T*"], "is not a valid pattern of repositories"), (["a", "--lock", ""], "--lock requires a path"),
      (["--from-file", "-", "--from-file", "-"], "standard input can provide only one thing"),
      (["h.example/x*", "--as", "a:1"], "--as names one image"),
    ])
  func refused(arguments: [String], words: String) async throws {
    let world = try TestWorld()
    let code = await Program.run(["pull"] + arguments + ["-o", "/tmp/x.tar"], in: world.context())
    #expect(code == .failure(.usage))
    #expect(world.requests.isEmpty)
    #expect(world.errors.text.contains(words), "\(world.errors.text)")
  }
}
