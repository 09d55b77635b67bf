import FoundationEssentials
import SystemPackage

/// A folder that stands for the root of a machine, gone after the test.
package struct ConfigurationFolder: Sendable {
  private let folder: TemporaryFolder

  package static func run<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (ConfigurationFolder) async throws -> Result
  ) async throws -> Result {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try await body(ConfigurationFolder(folder: folder))
  }

  package func path(_ name: String) -> String { folder.path.appending(name).string }

  package func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  /// Puts two files into one.
  package func join(_ first: String, _ second: String, to name: String) throws {
    try write(try Self.bytes(first) + Self.bytes(second), to: name)
  }

  package func copy(_ file: String, to name: String) throws {
    try write(try Self.bytes(file), to: name)
  }

  private static func bytes(_ file: String) throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(file, .readOnly)
    return try descriptor.closeAfter {
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
      return Array(bytes[..<count])
    }
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    let path = folder.path.appending(name)
    try FileManager.default.createDirectory(
      atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }
}
