import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Registries that call themselves by another origin")
struct MisnamedRegistryTests {
  private let images = (0..<2).map { ImageFixture(layers: [2_000, 300], seed: 389 + UInt64($0)) }

  private func told(_ location: PushRegistry.Location) async throws -> [String] {
    let told = Mutex<[String]>([])
    try await TwoRegistries.run(to: PushRegistry { $0.location = location }) { scene in
      for (number, image) in images.enumerated() { scene.source.keep(image, as: "\(number)") }
      let sources = try images.indices.map { ImageOrigin.image(try scene.source.reference("team/app:\($0)")) }
      let target = try RegistryName(parsing: scene.target.server.authority)
      let (result, events) = try await scene.copy(PushRequest(sources, to: .below(target, path: "copy")))
      #expect(result.images.count == 2)
      for case .warning(.misnamed(let place, let origin)) in events {
        #expect(place.contains(scene.target.server.authority))
        told.withLock { $0.append(origin) }
      }
    }
    return told.withLock(\.self)
  }

  @Test("T389: a registry behind a proxy that says http and no port in its addresses is told, once, and all is copied")
  func misnamed() async throws {
    #expect(try await told(.plainHTTP) == ["http://127.0.0.1"])
  }

  @Test("T389: one that knows its address, and one that names none, are not told")
  func named() async throws {
    #expect(try await told(.absolute).isEmpty)
    #expect(try await told(.relative).isEmpty)
  }
}
