import FoundationEssentials
import SystemPackage
import Testing

@testable import EngineClient

@Suite("Commands of engines")
struct ShellTests {
  private let variables = ["PATH": "/usr/bin:/bin"]

  private var shell: Shell { Shell(destination: nil, variables: variables) }

  @Test("Of what a program says on standard error the end is kept, however much it says")
  func longErrors() async throws {
    let ended = try await shell.run(
      "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo why >&2; echo out; exit 3")
    #expect(ended.status.number == 3)
    #expect(ended.errors.hasSuffix("x\nwhy\n"))
    #expect(ended.errors.utf8.count == Shell.errorLimit)
    #expect(ended.output == Array("out\n".utf8))
  }

  @Test("A program that says much while it reads is fed to its end")
  func talksWhileReading() async throws {
    let ended = try await shell.run("while read -r line; do head -c 100000 /dev/zero >&2; done; echo all") { pipe in
      for _ in 0..<20 { _ = try pipe.writeAll(Array("line\n".utf8)) }
    }
    #expect(ended.output == Array("all\n".utf8))
  }

  @Test("More output than is read is an error of the program, and so is none to run")
  func failures() async throws {
    let error = await #expect(throws: EngineError.self) {
      try await shell.run("head -c \(Shell.outputLimit + 1) /dev/zero")
    }
    guard case .programFailed(name: "sh", _) = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    await #expect(throws: EngineError.noProgram(name: "sh")) {
      try await Shell(destination: nil, variables: ["PATH": "/nowhere"]).run("true") { _ in }
    }
  }

  @Test("Where what is written fails, the program is ended before it takes that for all")
  func failingWriter() async throws {
    struct Cut: Error {}
    let folder = try makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    await #expect(throws: Cut.self) {
      try await shell.run("cat > /dev/null; touch \(folder)/took-all") { pipe in
        _ = try pipe.writeAll(Array("half".utf8))
        throw Cut()
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test(
    "An image that is removed between the engine's list and its facts is passed over", arguments: ["docker", "podman"])
  func removedImage(program: String) async throws {
    let folder = try makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Tells of what is there, and fails over the other.
    let script = #"""
      #!/bin/sh
      case "$1 $2" in
        "info "*) case $0 in
          *docker) echo '{"OSType":"linux","Architecture":"aarch64","DriverStatus":[["Backing Filesystem","extfs"]]}' ;;
          *) echo linux/aarch64 ;;
        esac ;;
        "image ls") echo sha256:b; echo sha256:a; echo sha256:b ;;
        "image inspect") echo '{"Id":"a"}'; echo "no such image: $3" >&2; exit 1 ;;
      esac
      """#
    try Data(script.utf8).write(to: URL(filePath: "\(folder)/\(program)"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(program)")
    let kind = try #require(EngineKind(rawValue: program))
    let engine = CommandEngine(
      kind: kind, shell: Shell(destination: nil, variables: ["PATH": "\(folder):/usr/bin:/bin"]))
    let inventory = try await engine.inventory()
    #expect(inventory.images == Array("{\"Id\":\"a\"}\n".utf8))
    #expect(inventory.platform?.description == "linux/arm64")
    // A list that fails is no empty one.
    try Data("#!/bin/sh\n[ $1 = info ]\n".utf8).write(to: URL(filePath: "\(folder)/\(program)"))
    await #expect(throws: EngineError.self) { try await engine.inventory() }
  }

  private func makeFolder() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/dray-shell-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
  }
}
