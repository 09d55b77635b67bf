import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Several registries for names without one")
struct SearchRegistryTests {
  private static let path = "/v2/team/app/manifests/1"
  private static let refusal = Reply(401, headers: [("WWW-Authenticate", "Basic realm=\"x\"")])
  private let image = ImageFixture(layers: [100], seed: 183)

  /// Two registries, searched in this order. The first gives this answer or has the image, as the second does.
  private func find(
    _ answer: Reply?, hasLogin: Bool = false, secondHas: Bool = true,
    _ body: (_ found: Result<ImageReference, any Error>, _ first: ScriptedServer, _ second: ScriptedServer) throws ->
      Void
  ) async throws {
    try await ScriptedServer.run { first in
      if let answer { first.on("GET,HEAD", Self.path, reply: answer) } else { first.serve(image) }
      try await ScriptedServer.run { second in
        if secondHas { second.serve(image) } else { second.on("GET,HEAD", Self.path, reply: Reply(404)) }
        try await ConfigurationFolder.run { root in
          try root.write(
            "unqualified-search-registries = [\"\(first.authority)\", \"\(second.authority)\"]",
            to: "etc/containers/registries.conf")
          var access = RegistryAccess(credentials: NoCredentials())
          access.usesPlainHTTP = true
          access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
          let names = try access.references(parsing: "team/app:1")
          #expect(names.map { "\($0)" } == [first, second].map { "\($0.authority)/team/app:1" })
          let found: Result<ImageReference, any Error>
          do {
            found = .success(try await access.first(of: names, text: "team/app:1", hasLogin: hasLogin))
          } catch { found = .failure(error) }
          try body(found, first, second)
        }
      }
    }
  }

  @Test("T183: the registries are asked in their order, until one has the image", arguments: [404, 401])
  func inOrder(status: Int) async throws {
    try await find(status == 401 ? Self.refusal : Reply(status)) { found, first, second in
      let registry = try found.get().registry
      #expect(registry.description == second.authority)
      #expect(!first.requests.isEmpty)
      #expect(second.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) && $0.path.contains("/manifests/") })
    }
  }

  @Test("T183: the first that has it counts, and the others are not asked")
  func firstCounts() async throws {
    try await find(nil) { found, first, second in
      let registry = try found.get().registry
      #expect(registry.description == first.authority)
      #expect(second.requests.isEmpty)
    }
  }

  @Test("T183: one that fails ends the search: what another has under that name may be another image")
  func failure() async throws {
    try await find(Reply(403)) { found, _, second in
      if case .failure(let error) = found { #expect(error is RegistryError) } else { Issue.record("found") }
      #expect(second.requests.isEmpty)
    }
  }

  @Test("T183: where none has it, that is told with all registries; where one wants a login, that one is meant")
  func nowhere() async throws {
    try await find(Reply(404), secondHas: false) { found, first, second in
      do {
        _ = try found.get()
        Issue.record("found")
      } catch ResolveError.foundNowhere(let name, let registries) {
        #expect(name == "team/app:1")
        #expect(registries == [first.authority, second.authority])
      }
    }
    try await find(Self.refusal, secondHas: false) { found, first, _ in
      let registry = try found.get().registry
      #expect(registry.description == first.authority)
    }
    try await find(Self.refusal, hasLogin: true) { found, first, second in
      let registry = try found.get().registry
      #expect(registry.description == first.authority)
      #expect(second.requests.isEmpty)
    }
  }
}
