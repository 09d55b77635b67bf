import CLibrary
import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import SystemPackage
import Testing

@testable import DrayMessages
@testable import ImageCopy
@testable import dray

struct PullCommandTests {
  private static let blobs = [Samples.layer(1, size: 1_000_000), Samples.config(size: 500)]

  /// A pull that goes well.
  private static let script: TestWorld.Script = { request, observe in
    observe(Samples.started(blobs))
    observe(.warning(.plainHTTP(host: "harbor.example.com")))
    observe(.progress(Samples.progress(blobs)))
    observe(.blobFinished(BlobFinished(digest: blobs[0].digest, kind: .layer, size: 1_000_000, origin: .registry)))
    observe(.progress(Samples.progress(blobs)))
    return Samples.result(path: request.output == .standardOutput ? nil : "nginx_1.21.4.tar")
  }

  @Test("Standard output has the path of the file, and standard error all the rest")
  func normal() async throws {
    let world = try TestWorld(script: Self.script)
    #expect(await world.run("pull", "harbor.example.com/llsydn/nginx:1.21.4") == .success)
    #expect(world.output.text == "nginx_1.21.4.tar\n")
    #expect(
      world.errors.lines == [
        "Pulling harbor.example.com/llsydn/nginx:1.21.4 for linux/amd64: 1.0 MB in 2 blobs",
        "warning: the connection to harbor.example.com is not encrypted; a password would be sent in the clear, too",
        "Done: 56.8 MB in 7.0 s (8.1 MB/s)", "To load it: docker load -i nginx_1.21.4.tar",
      ])
  }

  @Test("T083: in Chinese too, and without an escape sequence where there is no terminal")
  func chinese() async throws {
    let world = try TestWorld(language: .simplifiedChinese, variables: ["TERM": "xterm"], script: Self.script)
    #expect(await world.run("pull", "nginx") == .success)
    #expect(world.errors.lines.first == "正在拉取 harbor.example.com/llsydn/nginx:1.21.4（linux/amd64）：1.0 MB，共 2 个数据块")
    #expect(!world.errors.text.contains("\u{1B}"))
    #expect(world.output.text == "nginx_1.21.4.tar\n")
  }

  @Test(
    "A registry on this machine is spoken to in the clear without a word, but for --verbose",
    arguments: ["127.0.0.1:5000", "localhost:5000", "[::1]:5000"])
  func loopback(host: String) async throws {
    let script: TestWorld.Script = { _, observe in
      observe(.warning(.plainHTTP(host: host)))
      return Samples.result()
    }
    let warning = "warning: the connection to \(host) is not encrypted; a password would be sent in the clear, too"
    for (option, isTold) in [("--no-reuse", false), ("-v", true), ("--debug", true)] {
      let world = try TestWorld(script: script)
      #expect(await world.run("pull", "nginx", option) == .success)
      #expect(world.errors.lines.contains(warning) == isTold, "\(option)")
    }
    let world = try TestWorld(script: script)
    #expect(await world.run("pull", "nginx", "--json") == .success)
    #expect(world.output.text.contains("plain-http"))
  }

  @Test("--quiet says nothing but the path", arguments: ["--quiet", "-q"])
  func quiet(option: String) async throws {
    let world = try TestWorld(script: Self.script)
    #expect(await world.run("pull", "nginx", option) == .success)
    #expect(world.output.text == "nginx_1.21.4.tar\n")
    #expect(world.errors.text.isEmpty)
  }

  @Test("T311: a template names every image that is pulled; a list's own name counts more")
  func renamed() async throws {
    let world = try TestWorld()
    let code = await world.run(
      "pull", "nginx:1", "quay.io/team/app:2", "-o", "all.tar", "--as", "h.example/{path}:{tag}", "--strip-prefix",
      "library")
    #expect(code == .success, "\(world.errors.text)")
    let images = world.requests.flatMap(\.images)
    #expect(images.map { $0.name?.description } == ["h.example/nginx:1", "h.example/team/app:2"])
  }

  @Test("T311: two images of one name, or a name and options that make names, end pull before it asks anybody")
  func sameNames() async throws {
    let same = try TestWorld()
    #expect(
      await same.run("pull", "quay.io/a/app:1", "ghcr.io/b/app:1", "--as", "h.example/{name}:{tag}") == .failure(.usage)
    )
    #expect(same.errors.text.contains("two images would get the same name h.example/app:1"))
    let both = try TestWorld()
    #expect(await both.run("pull", "nginx:1", "--as", "app:1", "--flatten") == .failure(.usage))
    #expect(same.requests.isEmpty && both.requests.isEmpty)
  }

  @Test("--quiet does not hide a failure")
  func quietFailure() async throws {
    let world = try TestWorld { _, _ in throw RegistryError(.manifestNotFound) }
    #expect(await world.run("pull", "nginx", "-q") == .failure(.notFound))
    #expect(world.output.text.isEmpty)
    #expect(world.errors.lines.first == "error[not-found]: nginx:latest: the registry has no such tag or digest")
  }

  @Test("--verbose tells of the manifest and of each blob")
  func verbose() async throws {
    let world = try TestWorld(script: Self.script)
    #expect(await world.run("pull", "nginx", "--verbose") == .success)
    #expect(world.errors.text.contains("Manifest: \(Samples.digest)\n"))
    #expect(world.errors.text.contains("\(Self.blobs[0].digest): 1.0 MB, fetched\n"))
  }

  @Test("With -o - nothing of dray's own goes to standard output", arguments: [[], ["--json"], ["--quiet"], ["-v"]])
  func standardOutput(options: [String]) async throws {
    let world = try TestWorld(script: Self.script)
    #expect(await Program.run(["pull", "nginx", "-o", "-"] + options, in: world.context()) == .success)
    #expect(world.output.text.isEmpty)
    #expect(world.requests.first?.output == .standardOutput)
    #expect(world.errors.text.contains("finished") == (options == ["--json"]))
  }

  @Test("--json gives one object a line on standard output, and nothing on standard error")
  func json() async throws {
    let world = try TestWorld(script: Self.script)
    #expect(await world.run("pull", "nginx", "--json") == .success)
    #expect(world.errors.text.isEmpty)
    let events = world.output.lines.compactMap { line in
      line.firstRange(of: "\"event\":\"").map { line[$0.upperBound...].prefix { $0 != "\"" } }
    }
    #expect(events == ["started", "warning", "progress", "blob", "progress", "finished"])
    #expect(world.output.lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
  }

  @Test("--json tells of a malformed reference too")
  func jsonUsage() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "Nginx", "--json") == .failure(.usage))
    #expect(world.errors.text.isEmpty)
    #expect(world.output.text.contains("\"class\":\"usage\""))
    #expect(world.output.text.contains("\"exitCode\":2"))
    #expect(world.output.text.contains("\"hint\":\"probably meant: nginx\""))
  }

  @Test("All images are tried, and the first failure's code is the command's")
  func several() async throws {
    let world = try TestWorld { request, _ in
      switch request.reference.repository {
      case "library/b": throw RegistryError(.manifestNotFound)
      case "library/d": throw FileError.lockedByOther("d.tar")
      default: return Samples.result(path: "\(request.reference.repository.dropFirst(8)).tar")
      }
    }
    #expect(await world.run("pull", "a", "b", "c", "d", "e") == .failure(.notFound))
    #expect(world.output.lines == ["a.tar", "c.tar", "e.tar"])
    #expect(world.errors.lines.filter { $0.hasPrefix("error") }.count == 2)
  }

  @Test("A malformed reference among several is reported, and the others are pulled")
  func severalWithMalformed() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "Nginx", "redis") == .failure(.usage))
    #expect(world.requests.map(\.reference.familiarName) == ["redis:latest"])
  }

  @Test("T144: two images never end in one file, whatever else is pulled")
  func sameFile() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "a.example/nginx:1", "b.example/nginx:1", "c") == .success)
    #expect(world.requests.map(\.reference.familiarName) == ["a.example/nginx:1", "b.example/nginx:1", "c:latest"])
    #expect(world.requests[0].reservedNames == ["b.example_nginx_1.tar", "c_latest.tar"])
    #expect(world.requests[1].reservedNames == ["nginx_1.tar", "c_latest.tar"])
  }

  @Test("An image that is named twice is pulled once")
  func once() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "a.example/x", "a.example/x:latest", "a.example/y", "-o", "/tmp") == .success)
    #expect(world.requests.map(\.reference.familiarName) == ["a.example/x:latest", "a.example/y:latest"])
  }

  @Test("Every class of failure has its name on standard error and its code", arguments: FailureClass.allCases)
  func classes(failureClass: FailureClass) async throws {
    struct Failure: ClassifiedError { let failureClass: FailureClass }
    let world = try TestWorld { _, _ in throw Failure(failureClass: failureClass) }
    let code = await world.run("pull", "nginx")
    #expect(code.number == failureClass.exitCode)
    #expect(world.errors.lines.first?.hasPrefix("error[\(failureClass.name)]: ") == true)
  }

  @Test("What nobody foresaw is a bug, exit code 1")
  func bug() async throws {
    struct Surprise: Error {}
    let world = try TestWorld { _, _ in throw Surprise() }
    #expect(await world.run("pull", "nginx").number == 1)
    #expect(world.errors.lines.first == "error[bug]: unexpected error: Surprise()")
  }

  @Test("T084: the server's words are shown escaped, each on one line")
  func serverWords() async throws {
    let evil = "gone\u{1B}[2J\r\nerror: all is well\u{202E}"
    let world = try TestWorld { _, observe in
      observe(.warning(.fromRegistry(host: "harbor.example.com", text: evil)))
      throw RegistryError(.manifestNotFound, answer: ServerAnswer(status: 404, words: [evil], requestID: nil))
    }
    #expect(await world.run("pull", "nginx") == .failure(.notFound))
    let shown = "gone\\u{1B}[2J\\u{D}\\u{A}error: all is well\\u{202E}"
    #expect(
      world.errors.lines == [
        "warning: harbor.example.com says: \(shown)",
        "error[not-found]: nginx:latest: the registry has no such tag or digest", "  answer: HTTP 404",
        "  the server says: \(shown)",
        "  hint: check the name and the tag; a proxy cache also answers this way when it cannot get the image from its source",
      ])
  }

  @Test("T081: a reader of standard output that has gone ends the command with 141, silently")
  func closedOutput() async throws {
    StandardDescriptors.secure()
    let world = try TestWorld { _, _ in throw OutputClosed() }
    #expect(await world.run("pull", "nginx", "-o", "-").number == 141)
    #expect(world.errors.text.isEmpty)
  }

  @Test("T081: standard output that was never open ends a pull to it before any request")
  func neverOpenOutput() async throws {
    let world = try TestWorld()
    let context = world.context(output: StandardStream(descriptor: 987))
    #expect(await Program.run(["pull", "nginx", "-o", "-"], in: context).number == 141)
    #expect(world.requests.isEmpty)
    #expect(world.errors.text.isEmpty)
  }

  @Test("T081: a program that stops reading --json stops the pull")
  func closedJSON() async throws {
    StandardDescriptors.secure()
    let ends = try PipeEnds()
    close(ends.reading)
    let world = try TestWorld { _, observe in
      observe(Samples.started(Self.blobs))
      // A pull that goes on until it is cancelled.
      let (never, _) = AsyncStream.makeStream(of: Void.self)
      for await _ in never {}
      throw CancellationError()
    }
    let context = world.context(output: StandardStream(descriptor: ends.writing))
    #expect(await Program.run(["pull", "nginx", "redis", "--json"], in: context).number == 141)
    #expect(world.requests.count == 1)
    #expect(world.errors.text.isEmpty)
    close(ends.writing)
  }

  @Test("T081: standard error that is closed does not disturb the pull")
  func closedErrors() async throws {
    let world = try TestWorld(terminal: 987, script: Self.script)
    #expect(await world.run("pull", "nginx") == .success)
    #expect(world.output.text == "nginx_1.21.4.tar\n")
  }

  @Test("A full disk behind standard output is a failure of the local system")
  func fullOutput() async throws {
    let world = try TestWorld()
    let full = open("/dev/full", O_WRONLY)
    let code = await Program.run(["pull", "nginx"], in: world.context(output: StandardStream(descriptor: full)))
    #expect(code == .failure(.localIO))
    #expect(world.errors.text.contains("error[local-io]: cannot write to standard output: No space left on device"))
    close(full)
    let pulled = try TestWorld { _, _ in throw Errno.noSpace }
    #expect(await pulled.run("pull", "nginx", "-o", "-") == .failure(.localIO))
  }

  @Test(
    "An interrupted pull says that the same command goes on, and has the signal's code",
    arguments: TerminationSignal.allCases)
  func interrupted(signal: TerminationSignal) async throws {
    let box = Box()
    let world = try TestWorld { _, observe in
      observe(Samples.started(Self.blobs))
      box.world?.send(signal)
      throw CancellationError()
    }
    box.world = world
    #expect(await world.run("pull", "nginx", "redis").number == signal.exitCode)
    #expect(world.requests.count == 1)
    #expect(world.errors.lines.last == "Interrupted. Run the same command again to resume.")
    box.world = nil
  }

  @Test("A pull that was interrupted before it began, or to standard output, promises nothing")
  func interruptedEarly() async throws {
    for (starts, arguments) in [(false, ["pull", "nginx"]), (true, ["pull", "nginx", "-o", "-"])] {
      let box = Box()
      let world = try TestWorld { _, observe in
        if starts { observe(Samples.started(Self.blobs)) }
        box.world?.send(.interrupt)
        throw RegistryError(.network(.connectionLost(host: "x")))
      }
      box.world = world
      #expect(await Program.run(arguments, in: world.context()).number == 130)
      #expect(world.errors.lines.last == "Interrupted.")
      box.world = nil
    }
  }

  private final class Box: @unchecked Sendable {
    var world: TestWorld?
  }

  @Test("On a terminal the progress is redrawn in place and gone at the end")
  func terminal() async throws {
    let size = TerminalSize(columns: 100, rows: 24)
    let terminal = try Pseudoterminal(size)
    let world = try TestWorld(
      terminal: terminal.slave, variables: ["TERM": "xterm"],
      script: { request, observe in
        var blobs = Self.blobs
        observe(Samples.started(blobs))
        for step in 1...4 {
          blobs[0].received = Int64(step) * 250_000
          observe(.progress(Samples.progress(blobs)))
        }
        observe(.warning(.plainHTTP(host: "h")))
        observe(.progress(Samples.progress(blobs)))
        return Samples.result()
      })
    #expect(await world.run("pull", "nginx") == .success)
    let text = terminal.rest()
    #expect(text.contains("config       ["))
    #expect(text.contains("total"))
    var screen = ScreenModel(size)
    screen.write(text)
    #expect(
      screen.lines
        == [
          "Pulling harbor.example.com/llsydn/nginx:1.21.4 for linux/amd64: 1.0 MB in 2 blobs",
          "warning: the connection to h is not encrypted; a password would be sent in the clear, too",
          "Done: 56.8 MB in 7.0 s (8.1 MB/s)", "To load it: docker load -i nginx_1.21.4.tar",
        ])
    #expect(world.output.text == "nginx_1.21.4.tar\n")
  }

  @Test(
    "T083: a terminal without a cursor to move gets lines",
    arguments: [["TERM": "dumb"], ["TERM": "xterm", "NO_COLOR": "1"]])
  func plainTerminal(variables: [String: String]) async throws {
    let terminal = try Pseudoterminal()
    let world = try TestWorld(terminal: terminal.slave, variables: variables, script: Self.script)
    #expect(await world.run("pull", "nginx") == .success)
    let text = terminal.rest()
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("Done: "))
  }
}
