import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization

@testable import ImageCopy

/// Pushes of a layout's images to a scripted registry.
struct PushScene: Sendable {
  let server: ScriptedServer
  let registry: PushRegistry
  let layout: LayoutFolder

  static func run(
    _ registry: PushRegistry = PushRegistry(), _ body: @Sendable (PushScene) async throws -> Void
  ) async throws {
    try await LayoutFolder.run { layout in
      try await ScriptedServer.run { server in
        registry.serve(on: server)
        try await body(PushScene(server: server, registry: registry, layout: layout))
      }
    }
  }

  func request(_ name: String = "team/app:1") throws -> PushRequest {
    PushRequest(path: layout.path, target: .image(try ImageReference(parsing: "\(server.authority)/\(name)")))
  }

  private var access: RegistryAccess {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    return access
  }

  func push(_ request: PushRequest) async throws -> (result: PushResult, events: [PushEvent]) {
    let events = Mutex<[PushEvent]>([])
    let result = try await ImagePush(request, access).run { event in events.withLock { $0.append(event) } }
    return (result, events.withLock(\.self))
  }

  /// What is told where nothing is done.
  func planned(_ request: PushRequest) async throws -> [PushEvent] {
    let events = Mutex<[PushEvent]>([])
    _ = try await ImagePush(request, access).plan { event in events.withLock { $0.append(event) } }
    return events.withLock(\.self)
  }

  func plan(_ request: PushRequest) async throws -> PushPlan {
    try await ImagePush(request, access).plan { _ in }
  }

  /// What was asked, by method and the kind of thing.
  func count(_ method: String, _ part: String) -> Int {
    server.requests.count { $0.method == method && $0.path.contains(part) }
  }
}
