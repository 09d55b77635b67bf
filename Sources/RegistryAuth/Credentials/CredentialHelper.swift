import FoundationEssentials
import HTTPAccess
import ImageModel
import MachineConfiguration
import Subprocess
import SystemPackage

/// A program of the docker-credential protocol (docker/docker-credential-helpers): gets the registry on its standard
/// input, and answers with JSON. It is started without a shell, in a process group of its own, so that it can be ended
/// with everything that it started.
struct CredentialHelper: Sendable {
  /// What a helper says, with a failure status, when it knows nothing.
  static let notFound = "credentials not found in native keychain"
  /// The user name that stands for an identity token.
  static let tokenUsername = "<token>"
  /// The longest input that is given, in bytes.
  static let inputLimit = 16 << 10

  /// The part of the program's name behind `docker-credential-`.
  let name: String
  /// How long it may take. A person may have to unlock a key ring meanwhile.
  var timeLimit: Duration = .seconds(10)
  /// The longest answer that is read, in bytes.
  var answerLimit = 64 << 10

  /// The configuration that names the helper, and the line.
  private let path: String
  private let line: Int?

  /// - Parameters:
  ///   - path: the configuration that names the helper.
  ///   - line: where it does so; nil where that is not known.
  init(name: String, path: String, line: Int? = nil) throws(CredentialError) {
    let isPlain = name.utf8.allSatisfy { $0.isLetterOrDigit || "._-".utf8.contains($0) }
    guard isPlain, !name.isEmpty else { throw .malformedHelperName(path: path, line: line, name: name) }
    (self.name, self.path, self.line) = (name, path, line)
  }

  /// - Parameters:
  ///   - server: the registry, as the configuration's key has it.
  ///   - environment: what the program gets; its `PATH` is where the program is looked for.
  /// - Returns: nil where the helper knows none.
  /// - Throws: ``CredentialError``; `CancellationError`.
  func get(_ server: String, environment: CredentialEnvironment) async throws -> FoundCredential? {
    let answer = try await ask("get", about: server, input: server + "\n", environment: environment)
    return try answer.flatMap { try credential($0, server: server) }
  }

  /// Hands a credential over, in place of the one that the helper may have.
  ///
  /// - Throws: ``CredentialError``; `CancellationError`.
  func store(
    _ server: String, username: String, secret: String, environment: CredentialEnvironment
  ) async throws {
    guard let input = try? JSONEncoder().encode(Answer(server: server, username: username, secret: secret)) else {
      throw CredentialError.helperAnswer(name: name)
    }
    // A pipe takes no more before somebody reads it.
    guard input.count < Self.inputLimit else { throw CredentialError.helperInputTooLong(name: name) }
    let text = String(decoding: input, as: UTF8.self) + "\n"
    _ = try await ask("store", about: server, input: text, environment: environment)
  }

  /// Makes the helper forget a registry. One that it does not know is no error.
  ///
  /// - Throws: ``CredentialError``; `CancellationError`.
  func erase(_ server: String, environment: CredentialEnvironment) async throws {
    _ = try await ask("erase", about: server, input: server + "\n", environment: environment)
  }

  /// - Returns: what the helper printed; nil where it knows nothing about the registry.
  private func ask(
    _ verb: String, about server: String, input: String, environment: CredentialEnvironment
  ) async throws -> [UInt8]? {
    guard Self.isPlain(server) else { throw CredentialError.malformedHost(server) }
    return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { try await converse(verb, input: input, environment: environment) }
      group.addTask {
        try await Task.sleep(for: timeLimit)
        throw CredentialError.helperTimedOut(name: name, seconds: Int(timeLimit.components.seconds))
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  /// A helper's input is made of lines, so nothing but a host may be in it (CVE-2020-5260); Docker Hub's key is the one
  /// exception.
  private static func isPlain(_ server: String) -> Bool {
    server == CredentialKeys.dockerHub
      || !server.isEmpty
        && server.utf8.allSatisfy { $0.isLetterOrDigit || ".:[]-".utf8.contains($0) }
  }

  private func converse(
    _ verb: String, input: String, environment: CredentialEnvironment
  ) async throws -> [UInt8]? {
    let variables = environment.variablesForHelpers.compactMap { variable in
      Environment.Key(rawValue: variable.key).map { ($0, variable.value) }
    }
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
    let status: TerminationStatus
    let answer: [UInt8]
    do {
      let result = try await run(
        .name("docker-credential-\(name)"), arguments: [verb],
        environment: .custom(Dictionary(variables) { first, _ in first }), platformOptions: options,
        input: .fileDescriptor(try Self.pipe(holding: input), closeAfterSpawningProcess: true),
        output: .bytes(limit: answerLimit), error: .discarded)
      status = result.terminationStatus
      answer = result.standardOutput
    } catch {
      try Task.checkCancellation()
      throw failure(error)
    }
    try Task.checkCancellation()
    guard status.isSuccess else {
      if Self.saysNotFound(answer) { return nil }
      throw CredentialError.helperFailed(name: name, .init(status))
    }
    return answer
  }

  /// A pipe that is filled before anybody reads it: a helper that does not read cannot break it.
  private static func pipe(holding text: String) throws -> FileDescriptor {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    do {
      try writeEnd.closeAfter { _ = try writeEnd.writeAll(text.utf8) }
      return readEnd
    } catch {
      try readEnd.close()
      throw error
    }
  }

  private func failure(_ error: any Error) -> CredentialError {
    guard let error = error as? SubprocessError else { return .helperFailed(name: name, .notRun("\(error)")) }
    switch error.code {
    case .executableNotFound: return .helperMissing(name: name, path: path, line: line)
    case .outputLimitExceeded: return .helperAnswer(name: name)
    default: return .helperFailed(name: name, .notRun((error.underlyingError ?? .ioError).description))
    }
  }

  private static func saysNotFound(_ answer: [UInt8]) -> Bool {
    let text = answer.drop { $0 <= 0x20 }
    return text.starts(with: notFound.utf8) && text.dropFirst(notFound.utf8.count).allSatisfy { $0 <= 0x20 }
  }
}

extension CredentialHelper {
  private struct Answer: Codable {
    var server: String?
    var username: String
    var secret: String

    enum CodingKeys: String, CodingKey {
      case server = "ServerURL"
      case username = "Username"
      case secret = "Secret"
    }
  }

  private func credential(_ bytes: [UInt8], server: String) throws(CredentialError) -> FoundCredential? {
    guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil,
      let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)), isAbout(server, answer)
    else { throw .helperAnswer(name: name) }
    if answer.secret.isEmpty {
      guard answer.username.isEmpty else { throw .helperAnswer(name: name) }
      return nil
    }
    let credential: Credential =
      answer.username == Self.tokenUsername
      ? .identityToken(answer.secret) : .password(username: answer.username, password: answer.secret)
    return FoundCredential(credential, from: .helper(name: name, key: server))
  }

  /// Helpers repeat what they were asked for, or say nothing about it.
  private func isAbout(_ server: String, _ answer: Answer) -> Bool {
    guard let other = answer.server, !other.isEmpty else { return true }
    return other == server || CredentialKeys.plain(other) == CredentialKeys.plain(server)
  }
}

extension CredentialError.HelperEnd {
  fileprivate init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code: Int(code))
    case .signaled(let signal): self = .signaled(Int(signal))
    }
  }
}
