import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization

@testable import ImageCopy

/// Synchronizes from one scripted registry to another.
struct SyncScene: Sendable {
  let source: Side
  let target: Side

  struct Side: Sendable {
    let server: ScriptedServer
    let registry: PushRegistry

    func reference(_ name: String) throws -> ImageReference {
      try ImageReference(parsing: "\(server.authority)/\(name)")
    }

    func keep(_ image: ImageFixture, as tag: String, in repository: String = "team/app") {
      for blob in image.blobs { registry.keep(blob, in: repository) }
      registry.keep(manifest: image.manifest, as: tag, in: repository)
    }

    /// How often something was asked, by method and a part of the path.
    func count(_ method: String, _ part: String) -> Int {
      server.requests.count { $0.method == method && $0.path.contains(part) }
    }
  }

  static func run(
    from source: PushRegistry = PushRegistry(), to target: PushRegistry = PushRegistry(),
    _ body: @Sendable (SyncScene) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { sourceServer in
      try await ScriptedServer.run { targetServer in
        source.serve(on: sourceServer)
        target.serve(on: targetServer)
        try await body(
          SyncScene(
            source: Side(server: sourceServer, registry: source), target: Side(server: targetServer, registry: target)))
      }
    }
  }

  static var access: RegistryAccess {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    return access
  }

  /// The entry that brings `team/NAME:TAG` to `mirror/NAME:TAG`.
  func entry(_ name: String) throws -> SyncRequest.Entry {
    SyncRequest.Entry(source: try source.reference("team/\(name)"), target: try target.reference("mirror/\(name)"))
  }

  func sync(
    _ entries: [SyncRequest.Entry], _ change: (inout SyncRequest) -> Void = { _ in }
  ) async throws -> (result: SyncResult, events: [SyncEvent]) {
    var request = SyncRequest(entries)
    change(&request)
    let events = Mutex<[SyncEvent]>([])
    let result = try await ImageSync(request, Self.access).run { event in events.withLock { $0.append(event) } }
    return (result, events.withLock(\.self))
  }

  /// What was asked of the target, by method and path.
  func asked(from start: Int = 0) -> [String] {
    target.server.requests[start...].filter { $0.path != "/v2/" }.map { "\($0.method) \($0.path)" }
  }
}

extension SyncedImage {
  /// What became of it, in a word.
  var word: String {
    switch outcome {
    case .copied: "copied"
    case .unchanged: "unchanged"
    case .kept: "kept"
    case .planned: "planned"
    case .failed: "failed"
    case .notTried: "not tried"
    }
  }
}

extension ImageFixture {
  /// An artifact about a manifest, such as a signature.
  static func artifact(_ text: String, about subject: Blob) -> ImageFixture {
    let type = "application/spdx+json"
    let empty = Blob(mediaType: "application/vnd.oci.empty.v1+json", bytes: Array("{}".utf8))
    let layer = Blob(mediaType: type, bytes: Array(text.utf8))
    let manifest =
      #"{"schemaVersion":2,"mediaType":"\#(manifestType)","artifactType":"\#(type)","config":\#(empty.descriptor),"#
      + #""layers":[\#(layer.descriptor)],"subject":\#(subject.descriptor)}"#
    return ImageFixture(replacing: ImageFixture(config: empty, layers: [layer]), manifest: Array(manifest.utf8))
  }
}
