import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

/// Each kind of secret that a pull may need. "canary" is in all of them, but in a key.
enum KnownSecret: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case standardInput, environment, authFile, helper
  case registryToken, identityToken, harborSession
  case proxyPassword, clientKey

  static let name = "robot$ci"
  static let password = "canary-password-1b7c"
  static let token = "canary-token-9d2e"
  static let proxyLogin = "me:canary-%40-canary"

  var testDescription: String { rawValue }

  /// The options of a command that uses it.
  var options: [String] {
    switch self {
    case .standardInput: ["--username", Self.name, "--password-stdin"]
    case .authFile, .registryToken: ["--authfile", "given.json"]
    // Robots cannot sign in so.
    case .harborSession: ["--username", "me", "--password-stdin", "--harbor-session"]
    case .environment, .helper, .identityToken, .proxyPassword, .clientKey: []
    }
  }

  var usesTLS: Bool { [.proxyPassword, .clientKey].contains(self) }

  var input: String { [.standardInput, .harborSession].contains(self) ? Self.password + "\n" : "" }

  /// Puts it where the program finds it.
  ///
  /// - Parameter registry: as the reference has it.
  func leave(in dray: inout Dray, registry: String, proxy: ScriptedProxy, authority: TestAuthority) throws {
    let login = Data("\(Self.name):\(Self.password)".utf8).base64EncodedString()
    switch self {
    case .standardInput, .harborSession: break
    case .environment:
      dray.environment["DRAY_USERNAME"] = Self.name
      dray.environment["DRAY_PASSWORD"] = Self.password
    case .authFile: try dray.write(#"{"auths":{"\#(registry)":{"auth":"\#(login)"}}}"#, to: "given.json")
    case .helper:
      let answer = #"{"Username":"\#(Self.name)","Secret":"\#(Self.password)"}"#
      try dray.write("#!/bin/sh\nread host\necho '\(answer)'\n", to: "bin/docker-credential-test", isProgram: true)
      try dray.write(#"{"credHelpers":{"\#(registry)":"test"}}"#, to: ".docker/config.json")
      dray.environment["PATH"] = "\(dray.folder)/bin:/usr/bin:/bin"
    case .registryToken:
      try dray.write(#"{"auths":{"\#(registry)":{"registrytoken":"\#(Self.token)"}}}"#, to: "given.json")
    case .identityToken:
      try dray.write(
        #"{"auths":{"\#(registry)":{"identitytoken":"canary-refresh-1"}}}"#, to: ".docker/config.json")
    case .proxyPassword: dray.environment["all_proxy"] = proxy.address(login: Self.proxyLogin)
    case .clientKey:
      let folder = ".config/containers/certs.d/\(registry)"
      let files = authority.clientFiles
      let key = String(decoding: try Data(contentsOf: URL(filePath: files.key)), as: UTF8.self)
      try dray.write(key, to: "\(folder)/me.key")
      let certificate = try Data(contentsOf: URL(filePath: files.certificate))
      try dray.write(String(decoding: certificate, as: UTF8.self), to: "\(folder)/me.cert")
      dray.secrets += key.split(separator: "\n").filter { !$0.hasPrefix("-----") }.map(String.init)
    }
  }

  /// The rules of a registry that lets in whoever has it, and turns everybody else away.
  func guardRegistry(_ server: ScriptedServer) {
    switch self {
    case .proxyPassword, .clientKey: return
    case .harborSession:
      server.on(
        "/c/login",
        reply: Reply(headers: [
          ("X-Harbor-Csrf-Token", "canary-csrf"), ("Set-Cookie", "_gorilla_csrf=canary-g; Path=/"),
        ])
      )
      server.on("POST", "/c/login") { request in
        guard request.form.values("password") == [Self.password] else { return Reply(401) }
        return Reply(headers: [("Set-Cookie", "sid=canary-sid; Path=/; HttpOnly")])
      }
    case .standardInput, .environment, .authFile, .helper, .registryToken, .identityToken:
      server.on("GET", "/service/token") { request in
        request.basicCredentials == "\(Self.name):\(Self.password)" ? .token(Self.token) : Reply(401)
      }
      server.on("POST", "/service/token") { request in
        request.form.values("refresh_token") == ["canary-refresh-1"]
          ? .json(#"{"access_token":"\#(Self.token)","refresh_token":"canary-refresh-2"}"#) : Reply(401)
      }
    }
    let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
    server.add(
      Rule("GET", "/v2/*", Reply(401, headers: [("WWW-Authenticate", challenge)])).when { !isProven(by: $0) })
  }

  /// Whether a request shows that the program found it and used it.
  func isProven(by request: RecordedRequest) -> Bool {
    switch self {
    case .harborSession: request.cookie("sid") == "canary-sid"
    // Nobody gets here without the proxy's password, or without the key.
    case .proxyPassword, .clientKey: true
    default: request.bearerToken == Self.token
    }
  }
}

extension Dray {
  func write(_ text: String, to name: String, isProgram: Bool = false) throws {
    let file = URL(filePath: folder.appending(name).string)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    if isProgram { try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path()) }
  }
}
