import CLibrary
import FoundationEssentials
import SystemPackage
import Testing
import WatchedPrograms

/// The real program, started with an empty folder as its own.
struct Dray: Sendable {
  struct Ended: Sendable {
    /// The exit code, or 128 and the signal.
    let code: Int
    let output: String
    let errors: String
  }

  let folder: FilePath
  var environment: [String: String] = [:]
  /// What may not be in what it prints and leaves, beside what `SecretCheck` knows by itself.
  var secrets: [String] = []

  /// The product beside the test bundle.
  static var path: FilePath {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let bundle = FilePath(String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    return bundle.removingLastComponent().appending("dray")
  }

  /// Runs `body` with an empty folder, which is gone afterwards.
  static func scene(_ body: (Dray) async throws -> Void) async throws {
    var template = Array("/tmp/dray-command-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Errno(rawValue: errno) }
    let dray = Dray(folder: FilePath(String(cString: made)))
    do {
      try await body(dray)
    } catch {
      dray.removeFolder()
      throw error
    }
    dray.removeFolder()
  }

  /// Runs it to its end. No secret may be in what it prints and leaves.
  ///
  /// - Parameters:
  ///   - command: a command that starts it, such as `prlimit`, with its arguments.
  ///   - life: after this long it is ended with SIGKILL, wherever it is.
  ///   - started: is told its process identifier.
  func run(
    _ arguments: [String], through command: [String] = [], input: String = "", language: String = "en",
    life: Duration? = nil, started: (@Sendable (pid_t) -> Void)? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Ended {
    let check = SecretCheck(input: input, environment: environment, secrets: secrets)
    let before = check.files(in: folder)
    let words = command + [Self.path.string] + arguments
    let ended = try await WatchedProgram.run(
      words[0], Array(words.dropFirst()), input: Array(input.utf8), environment: variables(language), in: folder,
      life: life, check: check, started: started, sourceLocation: sourceLocation)
    // A login is kept where the user wants it.
    if arguments.first != "login" { check.expectNone(in: folder, but: before, sourceLocation: sourceLocation) }
    return Ended(code: ended.code, output: ended.output, errors: ended.errors)
  }

  /// One event loop and one thread for blocking work, where the tests run so (`scripts/test --one-thread`).
  static let threads = ProcessInfo.processInfo.environment.filter {
    $0.key.hasPrefix("NIO_SINGLETON_") && $0.value == "1"
  }

  private func variables(_ language: String) -> [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": folder.string, "DRAY_LANG": language, "TERM": "dumb",
    ].merging(Self.threads) { $1 }.merging(environment) { $1 }
  }

  /// The names of the files in the folder, sorted.
  var files: [String] {
    guard let directory = opendir(folder.string) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private func removeFolder() {
    for name in files { chmod(folder.appending(name).string, 0o700) }
    try? FileManager.default.removeItem(atPath: folder.string)
  }
}
