import FileAccess
import HTTPTypes
import ImageArchive
import ImageModel
import NIOCore
import Waiting

/// Takes what clients push (distribution-spec, "Push" and "Content Management"): uploads, manifests, and deletions where they
/// are allowed.
public struct PushHandler: RequestHandler {
  let images: PushedImages
  let uploads: LayoutUploads
  let sessions: UploadSessions
  let limits: UploadLimits

  package init(
    _ images: PushedImages, uploads: LayoutUploads, limits: UploadLimits = UploadLimits(),
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    (self.images, self.uploads, self.limits) = (images, uploads, limits)
    sessions = UploadSessions(uploads, limits: limits, clock: clock)
  }

  /// Ends uploads that nobody goes on with, until it is cancelled.
  ///
  /// - Throws: `CancellationError`.
  public func endIdleUploads() async throws {
    while true {
      try await Task.sleep(for: Self.idleInterval)
      try await Workers.current.run { sessions.removeIdle() }
    }
  }

  /// How often uploads are looked at.
  private static let idleInterval = Duration.seconds(60)

  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard let path = DistributionPath(request.path) else { return nil }
    do {
      return try await answer(request, path)
    } catch let refusal as DistributionRefusal {
      return refusal.answer
    }
  }

  private func answer(_ request: ServerRequest, _ path: DistributionPath) async throws -> ServerAnswer? {
    switch (request.method, path) {
    case (.post, .uploads(let name)): return try await begin(request, name)
    case (.patch, .upload(let name, let id)):
      return try await withUpload(request, name, id) { session in
        try await receive(request, session)
        return accepted(session)
      }
    case (.put, .upload(let name, let id)):
      return try await withUpload(request, name, id) { session in
        let digest = try Self.digest(request.value(of: "digest"))
        try await receive(request, session)
        return try await finish(session, as: digest)
      }
    case (.get, .upload(let name, let id)), (.head, .upload(let name, let id)):
      let session = try sessions.session(id, repository: name)
      return ServerAnswer(.noContent, fields(session))
    case (.delete, .upload(let name, let id)):
      return try await withUpload(request, name, id) { session in
        sessions.forget(session)
        try await Workers.current.run { try session.discard() }
        return ServerAnswer(.noContent)
      }
    case (.get, .manifest(let name, let reference)), (.head, .manifest(let name, let reference)):
      return try await manifest(request, name, reference)
    case (.get, .blob(let name, let digest)), (.head, .blob(let name, let digest)):
      return try await blob(request, name, digest)
    case (.put, .manifest(let name, let reference)): return try await put(request, name, reference)
    case (.delete, .manifest(let name, let reference)): return try await delete(request, name, manifest: reference)
    case (.delete, .blob(let name, let digest)): return try await delete(request, name, blob: digest)
    default: return nil
    }
  }
}

// MARK: Blobs

extension PushHandler {
  private func begin(_ request: ServerRequest, _ name: String) async throws -> ServerAnswer {
    _ = try PushedName.repository(name, namespace: request.value(of: "ns"))
    if let mounted = request.value(of: "mount").flatMap({ try? Digest(parsing: $0) }),
      try await Workers.current.run({ try images.holds(mounted, uploads: uploads) })
    {
      return created(mounted, name)
    }
    let digest = try request.value(of: "digest").map { try Self.digest($0) }
    let announced = request.value(of: "digest-algorithm").flatMap { Digest.Algorithm(rawValue: $0) }
    let algorithm = digest?.algorithm ?? announced ?? .sha256
    let session = try await Workers.current.run { try sessions.begin(repository: name, algorithm: algorithm) }
    guard let digest else { return accepted(session) }
    return try await withUpload(request, name, session.id) { session in
      do {
        try await receive(request, session)
        return try await finish(session, as: digest)
      } catch {
        // Nobody knows its name.
        sessions.forget(session)
        try? await Workers.current.run { try session.discard() }
        throw error
      }
    }
  }

  /// Runs the part of a request that continues an upload, while no other request does.
  private func withUpload(
    _ request: ServerRequest, _ name: String, _ id: String,
    _ body: (UploadSession) async throws -> ServerAnswer
  ) async throws -> ServerAnswer {
    let session = try sessions.session(id, repository: name)
    let range = try UploadRange(request.fields)
    do { try session.take(from: range?.start, now: sessions.now) } catch {
      var refusal = error
      if error.status == .rangeNotSatisfiable { refusal.fields = fields(session) }
      throw refusal
    }
    defer { session.release(now: sessions.now) }
    return try await body(session)
  }

  /// Takes the body of a request, if there is one. What came before a connection broke counts.
  private func receive(_ request: ServerRequest, _ session: UploadSession) async throws {
    if let length = request.fields[.contentLength].flatMap({ Int64($0) }) { try sessions.checkSpace(for: length) }
    try await sessions.receive(request) { bytes in
      try await Workers.current.run { try session.append(bytes) }
    }
  }

  private func finish(_ session: UploadSession, as digest: Digest) async throws -> ServerAnswer {
    sessions.forget(session)
    try await Workers.current.run { try session.finish(as: digest) }
    return created(digest, session.repository)
  }

  static func digest(_ text: String?) throws(DistributionRefusal) -> Digest {
    guard let digest = text.flatMap({ try? Digest(parsing: $0) }) else {
      throw DistributionRefusal(.digestInvalid, .badRequest, "digest is to be a sha256 or sha512 digest")
    }
    return digest
  }

  // A relative address leads back through whatever proxy the client came by.
  private func created(_ digest: Digest, _ name: String) -> ServerAnswer {
    ServerAnswer(.created, [.location: "/v2/\(name)/blobs/\(digest)", .dockerContentDigest: "\(digest)"])
  }

  private func accepted(_ session: UploadSession) -> ServerAnswer { ServerAnswer(.accepted, fields(session)) }

  private func fields(_ session: UploadSession) -> HTTPFields {
    [
      .location: "/v2/\(session.repository)/blobs/uploads/\(session.id)", .dockerUploadUUID: session.id,
      // Docker's registry says so of an empty upload too.
      .range: "0-\(max(session.received - 1, 0))",
    ]
  }
}

// MARK: Manifests and deletions

extension PushHandler {
  private func put(_ request: ServerRequest, _ name: String, _ reference: String) async throws -> ServerAnswer {
    let repository = try PushedName.repository(name, namespace: request.value(of: "ns"))
    let tooLarge = DistributionRefusal(
      .sizeInvalid, .contentTooLarge, "a manifest may have \(limits.manifestBytes) bytes")
    if let length = request.fields[.contentLength].flatMap({ Int64($0) }), length > Int64(limits.manifestBytes) {
      throw tooLarge
    }
    try sessions.checkSpace(for: Int64(limits.manifestBytes))
    var bytes: [UInt8] = []
    for try await piece in request.body {
      guard bytes.count + piece.readableBytes <= limits.manifestBytes else { throw tooLarge }
      bytes += piece.readableBytesView
    }
    let manifest = bytes
    let type = request.fields[.contentType].flatMap { MediaType(contentType: $0) }
    let tags = request.query.filter { $0.name == "tag" }.map(\.value)
    let (pushed, subject) = try await Workers.current.run {
      let pushed = try PushedManifest(
        manifest, type: type, repository: repository, reference: reference, tags: tags)
      return (pushed, try images.add(pushed, uploads: uploads, keepsTags: limits.keepsTags))
    }
    let digest = pushed.descriptor.digest
    var fields: HTTPFields = [
      .location: "/v2/\(name)/manifests/\(digest)", .dockerContentDigest: "\(digest)",
    ]
    if let subject { fields[.ociSubject] = "\(subject)" }
    if !tags.isEmpty { fields[.ociTag] = tags.joined(separator: ", ") }
    return ServerAnswer(.created, fields)
  }

  private func delete(_ request: ServerRequest, _ name: String, manifest: String) async throws -> ServerAnswer {
    let repository = try deletable(request, name)
    let digest = manifest.contains(":") ? try Self.digest(manifest) : nil
    try await Workers.current.run {
      if let digest {
        try images.removeManifest(digest, of: repository)
      } else {
        try images.removeTag(manifest, of: repository)
      }
    }
    return ServerAnswer(.accepted)
  }

  private func delete(_ request: ServerRequest, _ name: String, blob: String) async throws -> ServerAnswer {
    _ = try deletable(request, name)
    let digest = try Self.digest(blob)
    try await Workers.current.run { try images.removeBlob(digest) }
    return ServerAnswer(.accepted)
  }

  private func deletable(_ request: ServerRequest, _ name: String) throws(DistributionRefusal) -> ImageReference {
    guard limits.allowsDelete else {
      throw DistributionRefusal(
        .unsupported, .methodNotAllowed,
        "nothing is deleted here; the operator of this server can allow it with --allow-delete")
    }
    return try PushedName.repository(name, namespace: request.value(of: "ns"))
  }
}

extension HTTPField.Name {
  static let dockerUploadUUID = parsed("Docker-Upload-UUID")
  static let ociSubject = parsed("OCI-Subject")
  static let ociTag = parsed("OCI-Tag")

  /// A name that is a token of letters and hyphens.
  private static func parsed(_ text: String) -> Self {
    guard let name = Self(text) else { preconditionFailure("\(text) is no name of a field") }
    return name
  }
}
