import CLibrary
import NIOSSL
import ScriptedServer
import Synchronization
import Testing

/// The servers of a pull that needs one kind of secret.
struct SecrecyScene: Sendable {
  let secret: KnownSecret
  let server: ScriptedServer
  let storage: ScriptedServer
  /// Has a certificate that nobody trusts.
  let stranger: ScriptedServer
  /// Wants ``KnownSecret/proxyLogin``.
  let proxy: ScriptedProxy
  /// Wants another login.
  let refusingProxy: ScriptedProxy
  let authority: TestAuthority
  let image = ImageFixture(layers: [400_000], seed: 41)

  static func run(_ secret: KnownSecret, _ body: (SecrecyScene) async throws -> Void) async throws {
    var (open, closed) = (ScriptedProxy.Configuration(), ScriptedProxy.Configuration())
    open.login = "me:canary-@-canary"
    closed.login = "somebody:else"
    let usesTLS = secret.usesTLS
    try await TestAuthority.run(hosts: ["registry.example", "storage.example"]) { authority in
      let context = usesTLS ? try authority.context(.good, wantsClient: secret == .clientKey) : nil
      try await ScriptedServer.run(tls: context) { server in
        try await ScriptedServer.run(tls: usesTLS ? try authority.context(.good) : nil) { storage in
          try await ScriptedServer.run(tls: try authority.context(.selfSigned)) { stranger in
            try await ScriptedProxy.run(open) { proxy in
              try await ScriptedProxy.run(closed) { refusingProxy in
                try await body(
                  SecrecyScene(
                    secret: secret, server: server, storage: storage, stranger: stranger, proxy: proxy,
                    refusingProxy: refusingProxy, authority: authority))
              }
            }
          }
        }
      }
    }
  }

  /// What loopback is asked by no proxy, so behind one the servers have names.
  private func name(_ server: ScriptedServer, _ name: String) -> String {
    secret == .proxyPassword ? "\(name).example:\(server.port)" : server.authority
  }

  var registry: String { name(server, "registry") }
  var storageOrigin: String { "\(storage.scheme)://\(name(storage, "storage"))" }
  var strangerOrigin: String { stranger.origin }

  /// Serves the image so that it fails as it should.
  func serve(_ failure: SecretFailure, to program: StartedProgram) {
    server.removeRules()
    storage.removeRules()
    secret.guardRegistry(server)
    if failure.echoesRequest {
      server.on("/v2/team/app/manifests/1") { request in
        Reply(403, text: "you sent:\n" + request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
      }
    }
    if let manifest = failure.manifest { server.on("/v2/team/app/manifests/1", reply: manifest) }
    server.serveManifest(image.manifest)
    server.serve(image.config)
    let layer = image.layers[0]
    server.on(
      "/v2/team/app/blobs/\(layer.digest)",
      reply: .redirect(to: "\(failure.storage(self))/store/layer?X-Amz-Signature=\(SecretFailure.signature)"))
    storage.on("/store/layer") { request in
      let reply = failure.layer(request, layer)
      guard failure.isInterrupted else { return reply }
      program.interrupt()
      return reply.hold(after: 1_000, at: program.gate)
    }
  }

  func run(_ failure: SecretFailure, _ form: [String]) async throws {
    let program = StartedProgram()
    serve(failure, to: program)
    try await Dray.scene { try await pull(failure, form, program, $0) }
  }

  private func pull(_ failure: SecretFailure, _ form: [String], _ program: StartedProgram, _ dray: Dray) async throws {
    var dray = dray
    try secret.leave(in: &dray, registry: registry, proxy: proxy, authority: authority)
    let refusing = refusingProxy.address(login: KnownSecret.proxyLogin)
    let trust = secret.usesTLS ? ["--ca-cert", authority.certificateFile] : ["--plain-http"]
    let options = failure.options.map { $0 == "PROXY" ? refusing : $0 } + secret.options + trust + form
    let asked = server.requests.count
    let stored = storage.requests.count
    let ended = try await dray.run(
      ["pull", "\(registry)/team/app\(failure.tag)"] + options, through: failure.command, input: secret.input,
      started: program.started)
    program.gate.open()
    let about = Comment(rawValue: "\(failure) \(form): \(ended.errors)\(ended.output)")
    #expect(ended.code == failure.code, about)
    #expect(dray.files.contains("app_1.tar") == (failure.code == 0), about)
    // It was used, or there would be nothing to find.
    let wasUsed = server.requests[asked...].contains { secret.isProven(by: $0) }
    #expect(wasUsed != failure.asksNothing(with: secret), about)
    #expect((storage.requests.count > stored) == failure.reachesStorage, about)
    if failure.reachesStorage, !form.contains("--json") {
      #expect(ended.errors.contains(" \(storageOrigin)/store/layer?…"), about)
    }
  }
}

/// The program while it runs.
final class StartedProgram: Sendable {
  /// Holds what it is sent.
  let gate = Gate()
  private let identifier = Mutex<pid_t>(0)

  func started(_ identifier: pid_t) { self.identifier.withLock { $0 = identifier } }

  func interrupt() {
    identifier.withLock { identifier in
      guard identifier > 0 else { return }
      kill(identifier, SIGINT)
    }
  }
}
