import Subprocess
import SystemPackage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
  /// - Parameter life: after this long it is ended with SIGKILL, wherever it is.
  func run(
    _ arguments: [String], input: String = "", language: String = "en", life: Duration? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Ended {
    let result = try await Subprocess.run(
      .path(Self.path), arguments: Arguments(arguments), environment: .custom(variables(language)),
      workingDirectory: folder, input: .string(input), output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20)
    ) { execution in
      guard let life else { return }
      try await Task.sleep(for: life)
      // It may have ended by itself.
      try? execution.send(signal: .kill)
    }
    let code =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    let ended = Ended(code: code, output: result.standardOutput, errors: result.standardError)
    SecretCheck(input: input, environment: environment)
      .expectNone(in: ended, folder: folder, files: files, sourceLocation: sourceLocation)
    return ended
  }

  private func variables(_ language: String) -> [Environment.Key: String] {
    var variables: [Environment.Key: String] = [
      "PATH": "/usr/bin:/bin", "HOME": folder.string, "DRAY_LANG": language, "TERM": "dumb",
    ]
    for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
    return variables
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
    for name in files {
      let path = folder.appending(name).string
      chmod(path, 0o700)
      if unlink(path) != 0 { rmdir(path) }
    }
    rmdir(folder.string)
  }
}
