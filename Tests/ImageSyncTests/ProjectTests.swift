import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Projects of a Harbor that are not there")
struct ProjectTests {
  private let image = ImageFixture(layers: [300], seed: 222)

  @Test("T222: --create-project makes it once, private, before anything is sent")
  func made() async throws {
    try await TwoRegistries.run { scene in
      scene.target.server.serveHarborWithoutProject(creation: Reply(201))
      for tag in ["1", "2"] { scene.source.keep(image, as: tag) }
      let (result, events) = try await scene.sync(try ["app:1", "app:2"].map { try scene.entry($0) }) {
        $0.makesProjects = true
      }
      #expect(result.counts.copied == 2)
      let posts = scene.target.server.requests.filter { $0.method == "POST" }
      #expect(posts.first?.path == "/api/v2.0/projects")
      #expect(posts.filter { $0.path == "/api/v2.0/projects" }.count == 1)
      #expect(
        posts.first.map { String(decoding: $0.body, as: UTF8.self) }
          == #"{"project_name":"mirror","metadata":{"public":"false"}}"#)
      let asked = scene.target.server.requests.first { $0.method == "HEAD" }
      #expect(asked?.queryValues("project_name") == ["mirror"])
      #expect(events.contains { if case .madeProject("mirror", _) = $0 { true } else { false } })
    }
  }

  @Test("T222: who may not make it is told what to ask for; nothing is sent. Made meanwhile it counts as made")
  func refused() async throws {
    try await TwoRegistries.run { scene in
      scene.target.server.serveHarborWithoutProject(
        creation: .registryError(403, "FORBIDDEN", "Only system level robot can create project"))
      scene.source.keep(image, as: "1")
      let result = try await scene.sync([try scene.entry("app:1")]) { $0.makesProjects = true }.result
      guard case .failed(let error as RegistryError) = result.images[0].outcome,
        case .upload(.projectNotMade(_, "mirror")) = error.reason
      else {
        Issue.record("\(result.images)")
        return
      }
      #expect(!scene.target.server.requests.contains { $0.path.contains("/uploads/") })
    }
    try await TwoRegistries.run { scene in
      scene.target.server.serveHarborWithoutProject(
        creation: .registryError(409, "CONFLICT", "The project named mirror exists"))
      scene.source.keep(image, as: "1")
      let result = try await scene.sync([try scene.entry("app:1")]) { $0.makesProjects = true }.result
      #expect(result.counts.copied == 1)
    }
  }
}
