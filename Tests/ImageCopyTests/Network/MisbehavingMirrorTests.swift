import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import TemporaryFolders
import Testing

@testable import ImageCopy

/// What mirrors do (REGISTRIES.md, section 7), each way that a mirror can be named: it helps all the same, or it is dropped
/// with a reason, and the archive is right.
@Suite("Mirrors that misbehave")
struct MisbehavingMirrorTests {
  /// How a mirror of Docker Hub is named.
  enum Setup: String, CaseIterable, Sendable {
    case option
    case registries = "etc/containers/registries.conf"
    case hosts = "etc/containerd/certs.d/docker.io/hosts.toml"
    case daemon = "etc/docker/daemon.json"

    func text(mirror: String) -> String {
      switch self {
      case .option: ""
      case .registries:
        """
        [[registry]]
        location = "docker.io"
        [[registry.mirror]]
        location = "\(mirror)"
        insecure = true
        """
      case .hosts: "[host.\"http://\(mirror)\"]\n  capabilities = [\"pull\", \"resolve\"]"
      case .daemon: "{\"registry-mirrors\": [\"http://\(mirror)\"]}"
      }
    }
  }

  enum Habit: String, CaseIterable, Sendable {
    case noHead, plainContentType, noContentType, noDigestHeader, noRanges, refusedRanges
    case pageForManifest, pageForBlob, loginForManifest, loginForBlob, otherContentType, otherDigestHeader
    case noNamespace
    case forbiddenManifest, forbiddenBlob, forbiddenToken, hubRealm
    case truncatedBlob, shortBlob, staleDigest, notFound
  }

  private static let origin = "registry-1.docker.io"
  private let image = ImageFixture(layers: [300_000, 200_000, 100_000], seed: 7)
  private let manifests = "/v2/library/nginx/manifests/*"
  private let blobs = "/v2/library/nginx/blobs/*"

  private func serve(_ mirror: ScriptedServer, _ habit: Habit) {
    let page = Reply.html("<!doctype html><title>Harbor</title>")
    let manifest = image.manifest
    switch habit {
    case .noHead: mirror.on("HEAD", "/v2/*", reply: Reply(405))
    case .plainContentType:
      mirror.on(manifests, reply: Reply(headers: [("Content-Type", "text/plain")], body: manifest.body))
    case .noContentType: mirror.on(manifests, reply: Reply(body: manifest.body))
    case .noDigestHeader:
      mirror.on(manifests, reply: Reply(headers: [("Content-Type", manifest.mediaType)], body: manifest.body))
    case .noRanges: mirror.serveBlobs(image, repository: "library/nginx", ranges: .ignored)
    case .refusedRanges: mirror.serveBlobs(image, repository: "library/nginx", ranges: .unsatisfiable)
    case .pageForManifest: mirror.on(manifests, reply: page)
    case .pageForBlob: mirror.on(blobs, reply: page)
    case .loginForManifest, .loginForBlob:
      mirror.on(habit == .loginForBlob ? blobs : manifests, reply: .redirect(302, to: "/login?next=x"))
      mirror.on("/login", reply: page)
    case .otherContentType:
      mirror.on(manifests, reply: Reply(headers: [("Content-Type", ImageFixture.indexType)], body: manifest.body))
    case .otherDigestHeader:
      mirror.on(
        manifests,
        reply: Reply(
          headers: [("Content-Type", manifest.mediaType), ("Docker-Content-Digest", image.config.digest)],
          body: manifest.body))
    case .noNamespace: mirror.add(Rule("GET,HEAD", "/v2/*", Reply(400)).when { !$0.query.isEmpty })
    case .forbiddenManifest: mirror.on(manifests, reply: .registryError(403, "DENIED", "not in the allowlist"))
    case .forbiddenBlob: mirror.on(blobs, reply: .registryError(403, "DENIED", "not in the allowlist"))
    case .forbiddenToken, .hubRealm:
      let realm = habit == .hubRealm ? "https://auth.docker.io/token" : "\(mirror.origin)/token"
      mirror.on("/v2/*", reply: Reply(401, headers: [("WWW-Authenticate", #"Bearer realm="\#(realm)",service="m""#)]))
      mirror.on("/token", reply: .registryError(403, "DENIED", "not in the allowlist"))
    case .truncatedBlob:
      for blob in image.layers {
        mirror.on("/v2/library/nginx/blobs/\(blob.digest)") { .blob(blob.body, for: $0).finish(after: 5_000) }
      }
    case .shortBlob:
      for blob in image.layers {
        mirror.on("/v2/library/nginx/blobs/\(blob.digest)", reply: Reply(body: blob.body.prefix(5_000)))
      }
    case .staleDigest:
      mirror.on(manifests, reply: .manifest(ImageFixture(layers: [1_000], seed: 71).manifest))
    case .notFound: mirror.on("/v2/*", reply: .registryError(404, "MANIFEST_UNKNOWN", "manifest unknown"))
    }
    mirror.serve(image, repository: "library/nginx", tag: "1.21.4")
  }

  @Test(
    "T079, T080: survived, or dropped with a reason that names the mirror", arguments: Habit.allCases, Setup.allCases)
  func misbehaves(_ habit: Habit, _ setup: Setup) async throws {
    try await TestAuthority.run(hosts: [Self.origin]) { authority in
      try await ScriptedServer.run { mirror in
        serve(mirror, habit)
        try await ScriptedServer.run(tls: try authority.context(.good)) { origin in
          origin.serve(image, repository: "library/nginx", tag: "1.21.4")
          try await PullScene.run { scene in
            scene.access.usesPlainHTTP = false
            scene.access.network.trust.authorityFiles = [authority.certificateFile]
            scene.access.network.addressOverrides.connect(Self.origin, port: 443, to: "127.0.0.1", port: origin.port)
            scene.access.network.addressOverrides.connect("auth.docker.io", port: 443, to: "127.0.0.1", port: 9)
            scene.access.login.credentials = FixedCredential(
              FoundCredential(.password(username: "me", password: "canary"), from: .commandLine), for: ["docker.io"])
            let log = WarningLog()
            let reference = habit == .staleDigest ? "nginx@\(image.manifest.digest)" : "nginx:1.21.4"
            let outcome = try await pull(scene, setup, mirror, reference, log)
            #expect(outcome.error == nil)
            #expect(scene.files.count == 1)
            let name = scene.files.first ?? ""
            #expect(try scene.bytes(name) == expectedArchive(image, reference: reference))
            expectFate(of: mirror, habit, log)
            // containerd's file alone asks for `ns` to be sent; where it is refused, once.
            let images = mirror.requests.filter { $0.path.hasPrefix("/v2/library/") }
            let asked = images.map { $0.queryValues("ns") == ["docker.io"] }
            #expect(asked.filter(\.self).count == (setup != .hosts ? 0 : habit == .noNamespace ? 1 : asked.count))
            expectBytes(mirror, origin, log)
          }
        }
      }
    }
  }

  /// What was said of the mirror.
  private func expectFate(of mirror: ScriptedServer, _ habit: Habit, _ log: WarningLog) {
    let faults = log.all.compactMap { warning -> MirrorFault? in
      guard case .mirrorDropped(mirror.authority, let fault) = warning else { return nil }
      return fault
    }
    #expect(faults.count == log.dropped.count && faults.count <= 1)
    #expect(log.incomplete == (habit == .notFound ? [mirror.authority] : []))
    if let fault = faults.first {
      #expect(isReason(fault, for: habit, at: mirror), "\(fault)")
    } else {
      #expect(isSurvived(habit), "it should have been dropped")
    }
  }

  /// What costs a mirror nothing, or only what it does not have.
  private func isSurvived(_ habit: Habit) -> Bool {
    switch habit {
    case .noHead, .plainContentType, .noContentType, .noDigestHeader, .noRanges, .refusedRanges, .notFound: true
    case .noNamespace: true
    // A line that breaks is no reason yet.
    case .truncatedBlob: true
    default: false
    }
  }

  private func isReason(_ fault: MirrorFault, for habit: Habit, at mirror: ScriptedServer) -> Bool {
    guard case .registry(let reason, let answer) = fault else {
      if case .manifest(.mediaTypeMismatch) = fault { return habit == .otherContentType }
      return false
    }
    // Its own words are told, whatever they come to.
    if [.forbiddenManifest, .forbiddenBlob, .forbiddenToken].contains(habit) {
      guard answer?.words == ["DENIED: not in the allowlist"] else { return false }
    }
    return switch (habit, reason) {
    case (.pageForManifest, .network(.webPage(mirror.origin))), (.pageForBlob, .network(.webPage(mirror.origin))),
      (.loginForManifest, .network(.webPage(mirror.origin))), (.loginForBlob, .network(.webPage(mirror.origin))),
      (.forbiddenManifest, .network(.forbidden(403))), (.forbiddenBlob, .network(.forbidden(403))),
      (.forbiddenToken, .auth(.loginRequired(mirror.origin, _))),
      (.hubRealm, .auth(.realmUnreachable("https://auth.docker.io/token", _))),
      (.noNamespace, .network(.unexpectedStatus(400))),
      (.otherDigestHeader, .headerDigestMismatch), (.staleDigest, .manifestDigestMismatch),
      (.shortBlob, .sizeMismatch), (.truncatedBlob, .network(.connectionLost(mirror.origin))):
      true
    default: false
    }
  }

  /// Where the bytes came from.
  private func expectBytes(_ mirror: ScriptedServer, _ origin: ScriptedServer, _ log: WarningLog) {
    let size = image.blobs.reduce(0) { $0 + $1.size }
    let far = sent(origin)
    #expect(far + sent(mirror) >= size)
    if log.all.isEmpty { #expect(sent(mirror) > 0) }
    if log.dropped == [mirror.authority], mirror.requests.allSatisfy({ !$0.path.contains("/blobs/") }) {
      #expect(far == size)
    }
    #expect(mirror.requests.allSatisfy { !$0.carriesCredentials })
  }

  /// Bytes of blobs.
  private func sent(_ server: ScriptedServer) -> Int64 {
    server.requests.filter { $0.path.contains("/blobs/") && ($0.status ?? 0) / 100 == 2 }
      .reduce(0) { $0 + $1.bodyBytesSent }
  }

  private func pull(
    _ scene: PullScene, _ setup: Setup, _ mirror: ScriptedServer, _ reference: String, _ log: WarningLog
  ) async throws -> PullScene.Outcome {
    try await ConfigurationFolder.run { root in
      var scene = scene
      if setup == .option {
        scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
      } else {
        try root.write(setup.text(mirror: mirror.authority), to: setup.rawValue)
        scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
      }
      return try await scene.pull(reference, observe: log.observe)
    }
  }
}
