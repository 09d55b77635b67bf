import FoundationEssentials
import MachineConfiguration
import RegistryAuth
import RegistryClient
import ScriptedServer

let canaryPassword = "canary-password-7f3a"
let canaryName = "robot$team+ci"

/// Every place that a login may come from.
enum LoginSource: String, CaseIterable, Sendable {
  case commandLine, environment, authFile, registryAuthFile, session, lasting, docker, helper, ownHelper, identityToken
  case registryToken

  /// Whether a token service is asked with it: a token for the registry itself needs none.
  var asksTokenService: Bool { self != .registryToken }

  /// Whether a token is what this login comes to at the registry.
  func isGood(_ token: String?) -> Bool { token == (self == .registryToken ? canaryPassword : "good") }

  /// Runs `body` with the places of a machine where only this one has a login for `registry`.
  ///
  /// - Parameter named: the registries that the command names.
  func run(
    for registry: String, named: Set<String>? = nil, _ body: (CredentialChain) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dray-logins-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(try chain(in: folder, registry, named ?? [registry]))
  }

  private func chain(in folder: URL, _ registry: String, _ named: Set<String>) throws -> CredentialChain {
    let home = folder.path()
    var variables = ["PATH": "\(home):/usr/bin:/bin", "HOME": home, "XDG_RUNTIME_DIR": "\(home)/run"]
    let entry = Data("\(canaryName):\(canaryPassword)".utf8).base64EncodedString()
    let auths = #"{"auths":{"\#(registry)":{"auth":"\#(entry)"}}}"#
    var given: FoundCredential?
    var authFile: String?
    switch self {
    case .commandLine:
      given = FoundCredential(.password(username: canaryName, password: canaryPassword), from: .commandLine)
    case .environment:
      variables["DRAY_USERNAME"] = canaryName
      variables["DRAY_PASSWORD"] = canaryPassword
    case .authFile: authFile = try write(auths, "given.json", folder)
    case .registryAuthFile: variables["REGISTRY_AUTH_FILE"] = try write(auths, "registry.json", folder)
    case .session: try write(auths, "run/containers/auth.json", folder)
    case .lasting: try write(auths, ".config/containers/auth.json", folder)
    case .docker: try write(auths, ".docker/config.json", folder)
    case .helper:
      try writeHelper(registry, folder)
      try write(#"{"credsStore":"test"}"#, ".docker/config.json", folder)
    case .ownHelper:
      try writeHelper(registry, folder)
      try write(#"{"credHelpers":{"\#(registry)":"test"}}"#, ".docker/config.json", folder)
    case .identityToken:
      let entry =
        #"{"auth":"MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==","identitytoken":"\#(canaryPassword)"}"#
      try write(#"{"auths":{"\#(registry)":\#(entry)}}"#, ".docker/config.json", folder)
    case .registryToken:
      try write(
        #"{"auths":{"\#(registry)":{"registrytoken":"\#(canaryPassword)"}}}"#, ".docker/config.json", folder)
    }
    return CredentialChain.standard(
      commandLine: given, registries: named, authFile: authFile,
      environment: CredentialEnvironment(variables: variables, userID: 4_294_967_294))
  }

  /// A helper that knows this registry and no other.
  private func writeHelper(_ registry: String, _ folder: URL) throws {
    let script = """
      #!/bin/sh
      read server
      [ "$server" = '\(registry)' ] || { echo 'credentials not found in native keychain'; exit 1; }
      echo '{"Username":"\(canaryName)","Secret":"\(canaryPassword)"}'
      """
    let path = try write(script, "docker-credential-test", folder)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
  }

  @discardableResult
  private func write(_ text: String, _ name: String, _ folder: URL) throws -> String {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path()
  }
}

extension RecordedRequest {
  /// Whether it proves the login of these tests: by name and password, by a refresh token, or by a token for the registry.
  var provesLogin: Bool {
    bearerToken == canaryPassword || basicCredentials == "\(canaryName):\(canaryPassword)"
      || method == "POST" && form.values("refresh_token") == [canaryPassword]
        && form.values("grant_type") == ["refresh_token"]
  }

  /// Whether the login's secret is anywhere in it.
  var holdsCanary: Bool {
    ([target] + headers.map(\.value) + [String(decoding: body, as: UTF8.self)]).contains { $0.contains("canary") }
      || basicCredentials?.contains("canary") == true
  }
}

extension ScriptedServer {
  /// A token service for whoever proves the login; nobody else gets a token.
  func giveTokensForLogin(at path: String = "/service/token", _ token: Reply = .token("good")) {
    on("GET,POST", path) { $0.provesLogin ? token : Reply(401, text: #"{"details":"no"}"#) }
  }
}
