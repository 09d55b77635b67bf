import FoundationEssentials
import Subprocess
import SystemPackage
import Testing

/// Runs a script of other programs, in a folder of its own, and takes what it writes.
enum Shell {
  static func bytes(_ script: String, limit: Int = 64 << 20) async throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.path + "/dray-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let record = try await Subprocess.run(
      .name("bash"), arguments: ["-c", "set -euo pipefail\n" + script], workingDirectory: FilePath(path),
      output: .bytes(limit: limit), error: .string(limit: 1 << 16))
    try #require(record.terminationStatus.isSuccess, "\(script): \(record.standardError)")
    return record.standardOutput
  }
}
