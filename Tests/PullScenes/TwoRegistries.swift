import ImageCopy
import ImageModel
import RegistryAuth
import ScriptedServer

/// Two scripted registries, between which images are carried.
package struct TwoRegistries: Sendable {
  package let source: Side
  package let target: Side

  package struct Side: Sendable {
    package let server: ScriptedServer
    package let registry: PushRegistry

    package func reference(_ name: String) throws -> ImageReference {
      try ImageReference(parsing: "\(server.authority)/\(name)")
    }

    package func keep(_ image: ImageFixture, as tag: String, in repository: String = "team/app") {
      for blob in image.blobs { registry.keep(blob, in: repository) }
      registry.keep(manifest: image.manifest, as: tag, in: repository)
    }

    /// How often something was asked, by method and a part of the path.
    ///
    /// - Parameter start: the number of requests that do not count.
    package func count(_ method: String, _ part: String, from start: Int = 0) -> Int {
      server.requests[start...].count { $0.method == method && $0.path.contains(part) }
    }
  }

  package static func run(
    from source: PushRegistry = PushRegistry(), to target: PushRegistry = PushRegistry(),
    _ body: @Sendable (TwoRegistries) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { sourceServer in
      try await ScriptedServer.run { targetServer in
        source.serve(on: sourceServer)
        target.serve(on: targetServer)
        try await body(
          TwoRegistries(
            source: Side(server: sourceServer, registry: source), target: Side(server: targetServer, registry: target)))
      }
    }
  }

  package static var access: RegistryAccess {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    return access
  }
}

extension ImageFixture {
  /// An artifact about a manifest, such as a signature.
  ///
  /// - Parameter annotations: the JSON object of its manifest.
  package static func artifact(
    _ text: String, type: String = "application/spdx+json", about subject: Blob, annotations: String? = nil
  ) -> ImageFixture {
    let empty = Blob(mediaType: "application/vnd.oci.empty.v1+json", bytes: Array("{}".utf8))
    let layer = Blob(mediaType: type, bytes: Array(text.utf8))
    let manifest =
      #"{"schemaVersion":2,"mediaType":"\#(manifestType)","artifactType":"\#(type)","config":\#(empty.descriptor),"#
      + #""layers":[\#(layer.descriptor)],"subject":\#(subject.descriptor)"#
      + (annotations.map { #","annotations":\#($0)"# } ?? "") + "}"
    return ImageFixture(replacing: ImageFixture(config: empty, layers: [layer]), manifest: Array(manifest.utf8))
  }
}
