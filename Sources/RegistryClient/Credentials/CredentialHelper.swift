import FoundationEssentials
import ImageModel
import Subprocess

/// A program of the docker-credential protocol (docker/docker-credential-helpers): gets the registry on its standard
/// input, and answers with JSON.
struct CredentialHelper: Sendable {
  static let timeLimit = 10
  static let answerLimit = 64 << 10
  /// What a helper says, with a failure status, when it knows nothing.
  static let notFound = "credentials not found in native keychain"

  /// The part of the program's name behind `docker-credential-`.
  let name: String

  /// - Parameter path: the configuration that names the helper.
  init(name: String, path: String) throws(CredentialError) {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty else { throw .malformedHelperName(path: path, name: name) }
    self.name = name
  }

  private struct Answer: Decodable {
    enum CodingKeys: String, CodingKey {
      case server = "ServerURL"
      case username = "Username"
      case secret = "Secret"
    }

    var server: String?
    var username: String
    var secret: String
  }

  /// - Parameter server: the registry as the configuration's key has it.
  /// - Throws: ``CredentialError``; `CancellationError`.
  func get(_ server: String) async throws -> FoundCredential? {
    let isPlain = server.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
    guard isPlain, !server.isEmpty else { throw CredentialError.malformedHost(server) }
    return try await withThrowingTaskGroup(of: FoundCredential?.self) { group in
      group.addTask { try await self.ask(server) }
      group.addTask {
        try await Task.sleep(for: .seconds(Self.timeLimit))
        throw CredentialError.helperTimedOut(name: self.name, seconds: Self.timeLimit)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  private func ask(_ server: String) async throws -> FoundCredential? {
    let result: ExecutionResult<Void, StringOutput<UTF8>, DiscardedOutput>
    do {
      result = try await run(
        .name("docker-credential-\(name)"), arguments: ["get"], input: .string(server + "\n"),
        output: .string(limit: Self.answerLimit), error: .discarded)
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as SubprocessError {
      throw Self.isMissing(error)
        ? CredentialError.helperMissing(name: name) : CredentialError.helperAnswer(name: name)
    }
    try Task.checkCancellation()
    let text = result.standardOutput
    guard result.terminationStatus.isSuccess else {
      if text.contains(Self.notFound) { return nil }
      throw CredentialError.helperFailed(name: name, status: "\(result.terminationStatus)")
    }
    return try credential(text, server: server)
  }

  private static func isMissing(_ error: SubprocessError) -> Bool {
    error.code == .executableNotFound
  }

  private func credential(_ text: String, server: String) throws -> FoundCredential {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)),
      answer.server.map({ $0.isEmpty || $0 == server }) ?? true
    else { throw CredentialError.helperAnswer(name: name) }
    let credential: Credential =
      answer.username == "<token>"
      ? .identityToken(answer.secret) : .password(username: answer.username, password: answer.secret)
    return FoundCredential(credential, from: .helper(name: name))
  }
}
