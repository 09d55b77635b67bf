import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import TemporaryFolders
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
    try await find(Reply(403)) { found, first, second in
      if case .failure(let error) = found {
        let failed = try #require(error as? FailedImage)
        #expect(failed.error is RegistryError)
        #expect(failed.reference.description == "\(first.authority)/team/app:1")
      } else {
        Issue.record("found")
      }
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

  /// The registry where a pattern is found; the first of two answers so to the list of its tags.
  private func find(_ pattern: String, _ answer: Reply) async throws -> (index: Int, requests: [Int]) {
    try await ScriptedServer.run { first in
      first.on("GET", "/v2/team/app/tags/list", reply: answer)
      return try await ScriptedServer.run { second in
        second.on(
          "GET", "/v2/team/app/tags/list",
          reply: .json(#"{"name":"team/app","tags":["1"]}"#))
        return try await ConfigurationFolder.run { root in
          try root.write(
            "unqualified-search-registries = [\"\(first.authority)\", \"\(second.authority)\"]",
            to: "etc/containers/registries.conf")
          var access = RegistryAccess(credentials: NoCredentials())
          access.usesPlainHTTP = true
          access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
          let found = try await access.first(
            of: try access.patterns(parsing: pattern), text: pattern, hasLogin: false)
          let index = try #require([first, second].firstIndex { $0.authority == found.registry.description })
          return (index, [first, second].map(\.requests.count))
        }
      }
    }
  }

  @Test("T204: a pattern means the first registry with a tag that fits it, and the others are not asked")
  func patterns() async throws {
    let empty = Reply.json(#"{"name":"team/app","tags":[]}"#)
    let other = Reply.json(#"{"name":"team/app","tags":["2"]}"#)
    for answer in [Reply(404), Self.refusal, empty, other] {
      #expect(try await find("team/app:1*", answer).index == 1)
    }
    let first = try await find("team/app", other)
    #expect(first.index == 0)
    #expect(first.requests[1] == 0)
    await #expect(throws: RegistryError.self) { _ = try await find("team/app", Reply(403)) }
  }
}
