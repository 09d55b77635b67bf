import FoundationEssentials
import SystemPackage

/// OpenSSH's server on loopback, with a key of its own, and a client that trusts it.
struct RealSSH: Sendable {
  /// `ssh://USER@127.0.0.1:PORT`
  let address: String
  let folder: FilePath

  static func run(in dray: Dray, _ body: (RealSSH) async throws -> Void) async throws {
    let folder = dray.folder.appending("ssh")
    let address = try await RealPart.ssh.run(["start", folder.string])
    do {
      try await body(RealSSH(address: address, folder: folder))
    } catch {
      try await RealPart.ssh.runEvenIfCancelled(["stop", folder.string])
      throw error
    }
    try await RealPart.ssh.runEvenIfCancelled(["stop", folder.string])
  }

  /// What makes `ssh` find the key and trust the server.
  var variables: [String: String] { ["PATH": "\(folder)/bin:/usr/bin:/bin"] }

  /// Variables of every session.
  func set(_ variables: [String: String]) async throws {
    let lines = variables.map { "\($0.key)=\($0.value)\n" }.joined()
    try Data(lines.utf8).write(to: URL(filePath: folder.appending("environment").string))
  }
}
