import FoundationEssentials
import Testing

@testable import HTTPAccess
@testable import MachineConfiguration
@testable import RegistryAuth

/// A folder of its own for one test: a home, a place for files, and the first folder in `PATH`.
struct CredentialFolder: Sendable {
  let path: String

  /// - Parameter body: gets a folder that is removed afterwards.
  static func use<Result>(_ body: (CredentialFolder) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.appending(path: "dray-credentials-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(CredentialFolder(path: path))
  }

  /// - Returns: the file's path.
  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    let file = "\(path)/\(name)"
    let parent = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }

  /// Puts a real program of the helper protocol into `PATH`.
  func helper(_ name: String, script: String) throws {
    try write("#!/bin/sh\n\(script)\n", to: "docker-credential-\(name)", mode: 0o700)
  }

  func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(name)")), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  func environment(_ variables: [String: String] = [:]) -> CredentialEnvironment {
    let own = ["PATH": "\(path):/usr/bin:/bin", "HOME": path, "XDG_RUNTIME_DIR": "\(path)/run"]
    return CredentialEnvironment(variables: own.merging(variables) { $1 }, userID: 4_294_967_294)
  }
}

extension CredentialQuery {
  init(_ registry: String, _ repository: String = "team/app") {
    self.init(registry: registry, repository: repository)
  }
}

extension Credential {
  /// What a test stored under this name.
  static func named(_ name: String) -> Credential { .password(username: name, password: "secret-of-\(name)") }
}

/// An entry of `auths`, as `docker login` writes it.
func entry(_ name: String) -> String {
  #"{"auth":"\#(Base64.encode(Array("\(name):secret-of-\(name)".utf8)))"}"#
}
