import SystemPackage
import Testing
import WatchedPrograms

/// Debian's docker-registry on loopback, with the images that a test pushes to it.
struct RealRegistry: Sendable {
  enum Image: String, CaseIterable {
    case busybox, debian, platforms
    /// A second layer on `busybox`.
    case next
    /// The same for linux/arm64 and linux/amd64.
    case nextPlatforms = "next-platforms"

    /// What a container of it prints.
    var greeting: String {
      switch self {
      case .busybox: "busybox runs"
      case .debian: "debian runs"
      case .platforms: "linux/amd64 runs"
      case .next: "next runs"
      case .nextPlatforms: "next linux/amd64 runs"
      }
    }
  }

  /// The form of the manifests that are pushed.
  enum Form: String, CaseIterable {
    case oci
    case docker = "v2s2"
  }

  /// `127.0.0.1:PORT`.
  let address: String
  /// Its logs, its certificates.
  let folder: FilePath

  var port: Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

  /// Runs `body` with a registry, which is stopped afterwards. The options are those of Tests/RealParts/registry.
  static func run(
    in dray: Dray, named name: String = "registry", _ options: [String] = [],
    _ body: (RealRegistry) async throws -> Void
  ) async throws {
    let folder = dray.folder.appending(name)
    let address = try await RealPart.registry.run(["start", folder.string] + options)
    do {
      try await body(RealRegistry(address: address, folder: folder))
    } catch {
      try await stop(folder)
      throw error
    }
    try await stop(folder)
  }

  private static func stop(_ folder: FilePath) async throws {
    try await RealPart.registry.runEvenIfCancelled(["stop", folder.string])
    SecretCheck().expectNone(inLogsBelow: folder)
    // Also where the test has ended: on a machine without what it needs.
    try await Task { _ = try await RealPart.run("rm", ["-rf", folder.string]) }.value
  }

  /// What those who pull got from it so far: answers with blobs, and the bytes in them.
  func blobsServed() async throws -> (count: Int, bytes: Int64) {
    let log = try await RealPart.run("cat", [folder.appending("registry.log").string])
    // In the common log format: `… "GET /v2/NAME/blobs/DIGEST HTTP/1.1" STATUS BYTES "" "AGENT"`.
    return log.split(separator: "\n").reduce((0, 0)) { sum, line in
      guard let request = line.firstRange(of: #"] "GET /v2/"#), line[request.upperBound...].contains("/blobs/") else {
        return sum
      }
      let words = line[request.upperBound...].split(separator: " ")
      guard words.count > 3, words[2].hasPrefix("20"), let bytes = Int64(words[3]) else { return sum }
      return (sum.0 + 1, sum.1 + bytes)
    }
  }

  /// Pushes an image and returns the digest that the registry has for it. `credentials`: `NAME:PASSWORD`.
  func push(_ image: Image, as name: String, form: Form = .oci, credentials: String? = nil) async throws -> String {
    let layout = try await RealPart.image.run([image.rawValue])
    return try await RealPart.push.run(
      [layout, "\(address)/\(name)", form.rawValue] + (credentials.map { [$0] } ?? []))
  }
}
