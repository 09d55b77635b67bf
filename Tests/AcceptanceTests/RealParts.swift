import Subprocess
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The real registries, engines and tools, by the programs in `Tests/RealParts`, each with a state of its own below
/// one folder.
struct RealParts: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let folder: FilePath

  /// Runs `body` with an empty folder; whatever was started in it is stopped, and the folder is gone afterwards.
  static func scene(_ body: (RealParts) async throws -> Void) async throws {
    var template = Array("/tmp/dray-parts-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Errno(rawValue: errno) }
    let parts = RealParts(folder: FilePath(String(cString: made)))
    do {
      try await body(parts)
    } catch {
      try await parts.stop()
      throw error
    }
    try await parts.stop()
  }

  private func stop() async throws {
    _ = try await shell(
      """
      for dir in registry*/; do [ -d "$dir" ] && "$PARTS/registry" stop "$dir"; done
      for engine in docker podman containerd; do [ -d "$engine" ] && "$PARTS/engine" "$engine" stop "$engine"; done
      cd / && rm -rf '\(folder)'
      """)
  }

  /// Where the sources of this test are.
  private static var sources: FilePath {
    FilePath(#filePath).removingLastComponent().removingLastComponent()
  }

  /// The product beside the test bundle.
  private static var dray: FilePath {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let bundle = FilePath(String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    return bundle.removingLastComponent().appending("dray")
  }

  /// Runs a script in the folder, with `$PARTS` and `$DRAY`, and returns what it prints.
  ///
  /// - Throws: ``Failure`` with everything that it said, where it fails.
  @discardableResult
  func shell(_ script: String, input: String = "") async throws -> String {
    let result = try await run(
      .name("bash"), arguments: ["-c", "set -u; \(script)"],
      environment: .inherit.updating([
        "PARTS": Self.sources.appending("RealParts").string, "DRAY": Self.dray.string, "DRAY_LANG": "en",
        "HOME": folder.string,
      ]), workingDirectory: folder, input: .string(input), output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else {
      throw Failure(description: "\(script)\n\(result.standardOutput)\n\(result.standardError)")
    }
    var text = result.standardOutput
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
