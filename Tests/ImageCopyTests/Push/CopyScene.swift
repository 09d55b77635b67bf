import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization

@testable import ImageCopy

/// Copies from one scripted registry to another.
struct CopyScene: Sendable {
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

    /// What was asked, by method and the kind of thing.
    func count(_ method: String, _ part: String, from: Int = 0) -> Int {
      server.requests[from...].count { $0.method == method && $0.path.contains(part) }
    }
  }

  static func run(
    from source: PushRegistry = PushRegistry(), to target: PushRegistry = PushRegistry(),
    _ body: @Sendable (CopyScene) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { sourceServer in
      try await ScriptedServer.run { targetServer in
        source.serve(on: sourceServer)
        target.serve(on: targetServer)
        try await body(
          CopyScene(
            source: Side(server: sourceServer, registry: source), target: Side(server: targetServer, registry: target)))
      }
    }
  }

  func request(_ source: String = "team/app:1", to target: String = "copy/app:1") throws -> PushRequest {
    PushRequest([.image(try self.source.reference(source))], to: .image(try self.target.reference(target)))
  }

  static var access: RegistryAccess {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    return access
  }

  func copy(
    _ request: PushRequest, _ access: RegistryAccess = CopyScene.access, from: RegistryAccess? = nil
  ) async throws -> (result: PushResult, events: [PushEvent]) {
    let events = Mutex<[PushEvent]>([])
    let result = try await ImagePush(request, access, from: from).run { event in events.withLock { $0.append(event) } }
    return (result, events.withLock(\.self))
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
      + #""layers":[\#(layer.descriptor)],"subject":\#(subject.descriptor),"annotations":{"made":"today"}}"#
    return ImageFixture(replacing: ImageFixture(config: empty, layers: [layer]), manifest: Array(manifest.utf8))
  }
}
