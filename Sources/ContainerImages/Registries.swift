import HTTPAccess
import ImageCopy
import ImageModel
import NIOCore
import RegistryClient
import Waiting

/// Runs `body` with a way to registries, and closes all connections on every exit.
///
/// ```swift
/// try await withRegistries { registries in
///   try await registries.pull("nginx:1.21.4", to: "nginx.tar")
///   try await registries.push("nginx.tar", to: "harbor.example.com/team/nginx:1.21.4")
/// }
/// ```
///
/// - Parameter access: how registries are reached, and as whom.
/// - Throws: `RegistryError` where a file of trusted certificates cannot be read; what `body` throws.
public func withRegistries<Result>(
  _ access: RegistryAccess = .ofThisMachine(), isolation: isolated (any Actor)? = #isolation,
  _ body: (Registries) async throws -> Result
) async throws -> Result {
  try await ImagePull.with(access) { pull in try await body(Registries(access: access, pull: pull)) }
}

/// Every registry that a reference can name. It lives for as long as ``withRegistries(_:isolation:_:)`` runs.
public struct Registries: Sendable {
  let access: RegistryAccess
  private let pull: ImagePull

  init(access: RegistryAccess, pull: ImagePull) {
    self.access = access
    self.pull = pull
  }

  /// Pulls an image into one file that docker, podman, containerd and skopeo load.
  ///
  /// The file appears once it is complete and every digest is right. After a failure, and after the task was cancelled, the
  /// same call goes on from what had arrived.
  ///
  /// - Parameters:
  ///   - name: as one types it: `nginx`, `quay.io/prometheus/node-exporter:v1.9.1`, `app@sha256:…`.
  ///   - path: the archive's; a file that is there is replaced.
  ///   - platform: nil for Linux on this machine's architecture.
  ///   - observe: called in order, from one task at a time.
  /// - Throws: `ImageReferenceError`; `RegistryError`; `ResolveError`; `ArchiveError`; `FileError`; `CancellationError`.
  @discardableResult
  public func pull(
    _ name: String, to path: String, platform: Platform? = nil,
    observe: @escaping @Sendable (PullEvent) -> Void = { _ in }
  ) async throws -> PullResult {
    var request = PullRequest(reference: try await access.reference(finding: name))
    request.output = .file(path)
    request.platform = platform
    return try await pull.run(request, observe: observe)
  }

  /// Pulls an image into one archive, as ``pull(_:to:platform:observe:)`` does, and hands it over in order; no file is made.
  ///
  /// Blobs are fetched ahead over several connections, at most some MiB before what `write` has taken. The end of the archive
  /// comes only where every digest is right: without it a reader does not take the archive for whole. Its size is known
  /// before the first byte, from ``PullEvent/started(_:)``.
  ///
  /// - Parameter write: takes the next bytes, one piece at a time; what it throws ends the pull.
  /// - Throws: as ``pull(_:to:platform:observe:)``; what `write` throws.
  @discardableResult
  public func pull(
    _ name: String, platform: Platform? = nil, observe: @escaping @Sendable (PullEvent) -> Void = { _ in },
    write: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> PullResult {
    try await stream(name, platform: platform, into: ClosureSink(take: write), observe: observe)
  }

  /// Pulls an image into one archive while `body` reads it in order; no file is made. A `body` that returns before the end
  /// ends the pull.
  ///
  /// - Throws: as ``pull(_:platform:observe:write:)``; what `body` throws.
  public func withArchive(
    of name: String, platform: Platform? = nil, observe: @escaping @Sendable (PullEvent) -> Void = { _ in },
    _ body: @Sendable (StreamedBytes) async throws -> Void
  ) async throws {
    try await StreamedBytes.pass(to: body) { sink in
      _ = try await stream(name, platform: platform, into: sink, observe: observe)
    }
  }

  private func stream(
    _ name: String, platform: Platform?, into sink: any ByteSink, observe: @escaping @Sendable (PullEvent) -> Void
  ) async throws -> PullResult {
    var request = PullRequest(reference: try await access.reference(finding: name))
    request.platform = platform
    return try await pull.run(request, into: sink, observe: observe)
  }

  /// Pushes the image of an archive, the first of its volumes or the folder of an image layout, as it is: its digest stays.
  ///
  /// What the registry has is not sent. The name appears last.
  ///
  /// - Throws: `ImageReferenceError`; `PushError`; `CopyError`; `ArchiveError`; `RegistryError`; `CancellationError`.
  @discardableResult
  public func push(
    _ path: String, to name: String, observe: @escaping @Sendable (PushEvent) -> Void = { _ in }
  ) async throws -> PushResult {
    let target = try access.target(parsing: name)
    return try await ImagePush(PushRequest(path: path, target: .image(target)), access).run(observe: observe)
  }

  /// Copies an image with all its platforms, signatures and attestations from one registry to another, as it is.
  ///
  /// - Throws: as ``push(_:to:observe:)``; `ResolveError`.
  @discardableResult
  public func copy(
    _ name: String, to target: String, observe: @escaping @Sendable (PushEvent) -> Void = { _ in }
  ) async throws -> PushResult {
    let target = try access.target(parsing: target)
    let source = try await access.reference(finding: name)
    return try await ImagePush(PushRequest([.image(source)], to: .image(target)), access).run(observe: observe)
  }

  /// The tags of a repository, versions in their order.
  ///
  /// - Parameter repository: a reference without tag and digest.
  /// - Throws: `ImageReferenceError`; `RegistryError`; `CancellationError`.
  public func tags(of repository: String) async throws -> [String] {
    let pattern = try await access.pattern(finding: repository)
    let reference = try ImageReference(registry: pattern.registry, repository: pattern.repository.description)
    let client = try await pull.door.client(for: reference.registry) { _ in }
    return try await client.tags(reference.repository).sorted(by: TagOrder.precedes)
  }

  /// Finds out what an image consists of. Of its layers nothing is fetched.
  ///
  /// - Parameter platform: nil for Linux on this machine's architecture.
  /// - Throws: `ImageReferenceError`; `RegistryError`; `ResolveError`; `CancellationError`.
  public func image(_ name: String, platform: Platform? = nil) async throws -> RegistryImage {
    let reference = try await access.reference(finding: name)
    return try await RegistryImage(reference, platform: platform, door: pull.door, access: access)
  }
}

private struct ClosureSink: ByteSink {
  let take: @Sendable ([UInt8]) async throws -> Void

  func write(_ bytes: ByteBuffer) async throws { try await take(Array(bytes.readableBytesView)) }
}
