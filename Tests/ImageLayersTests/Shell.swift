import FoundationEssentials
import SystemPackage
import Testing
import WatchedPrograms

/// Runs a script of other programs, in a folder of its own, and takes what it writes.
enum Shell {
  static func bytes(_ script: String, limit: Int = 64 << 20) async throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.path + "/dray-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let ended = try await WatchedProgram.run(
      "bash", ["-c", "set -euo pipefail\n" + script], in: FilePath(path), limit: limit)
    try #require(ended.isSuccess, "\(script): \(ended.errors)")
    return ended.bytes
  }
}
