import Synchronization

/// A registry that takes uploads (distribution-spec "Push"), with the habits of real ones as switches.
///
/// ```swift
/// let registry = PushRegistry { $0.location = .relative }
/// registry.serve(on: server)
/// ```
public final class PushRegistry: Sendable {
  /// How `Location` is written.
  public enum Location: Sendable {
    case absolute
    /// From the first slash on, as GHCR and Gitea have it.
    case relative
    /// As a registry writes it that does not know of the proxy before it: `http`, and no port.
    case plainHTTP
    /// On this origin.
    case other(String)
    /// This text.
    case text(String)
  }

  public enum Mounts: Sendable {
    /// As far as the blob is there.
    case offered
    /// 202, whatever is there.
    case ignored
    case refused(Int)
  }

  public struct Habits: Sendable {
    public var location = Location.absolute
    public var mounts = Mounts.offered
    /// What PATCH answers.
    public var chunkStatus = 202
    /// What the closing PUT of a blob answers where it took it.
    public var blobStatus = 201
    /// Above so many bytes a request is answered 413, its body unread, and the connection ends.
    public var bodyLimit: Int64?
    /// How many sessions are gone when they are used.
    public var lostSessions = 0
    /// How many closing PUTs end without an answer, their blob kept.
    public var lostAnswers = 0
    /// How many closing PUTs are answered 504, their blob kept.
    public var gatewayTimeouts = 0
    /// How many connections end in the middle of a body.
    public var brokenBodies = 0
    /// The `Docker-Content-Digest` of a manifest's PUT; empty for none.
    public var manifestDigest: String?
    /// Says 200 to a manifest and keeps nothing, as a portal does.
    public var forgetsManifests = false
    public var immutableTags: Set<String> = []
    /// Bytes of blobs that it keeps, in Harbor's words.
    public var quota: Int64?
    /// Harbor's answer to a project that is not there.
    public var lacksProject = false
    /// Whether it wants `token(for scopes)`.
    public var wantsToken = false
    /// What Harbor's role lacks.
    public var deniesPush = false
    public var lifetime = 1800
    /// Whether it lists what refers to a manifest.
    public var listsReferrers = false
    /// Whether it says so when it takes one (`OCI-Subject`).
    public var tellsSubject = false
    /// What others write under a tag, once, right after it was written.
    public var overwrites: [String: [UInt8]] = [:]

    public init() {}
  }

  private struct State {
    var habits: Habits
    var sessions: [String: [UInt8]] = [:]
    var states: [String: String] = [:]
    var blobs: [String: [String: [UInt8]]] = [:]
    var manifests: [String: [String: (type: String, bytes: [UInt8])]] = [:]
    var next = 0
    var isFaulty = true
  }

  private let state: Mutex<State>

  public init(_ change: (inout Habits) -> Void = { _ in }) {
    var habits = Habits()
    change(&habits)
    state = Mutex(State(habits: habits))
  }

  /// The digests of the blobs of a repository.
  public func blobs(_ repository: String = "team/app") -> Set<String> {
    state.withLock { Set(($0.blobs[repository] ?? [:]).keys) }
  }

  /// What a tag or a digest stands for.
  public func manifest(_ reference: String, _ repository: String = "team/app") -> [UInt8]? {
    state.withLock { $0.manifests[repository]?[reference]?.bytes }
  }

  public var openSessions: Int { state.withLock { $0.sessions.count } }

  /// Puts something there beforehand.
  public func keep(_ blob: ImageFixture.Blob, in repository: String = "team/app") {
    state.withLock { $0.blobs[repository, default: [:]][blob.digest] = blob.bytes }
  }

  /// Puts bytes there under a digest that need not be theirs.
  public func keep(_ bytes: [UInt8], as digest: String, in repository: String = "team/app") {
    state.withLock { $0.blobs[repository, default: [:]][digest] = bytes }
  }

  public func keep(manifest: ImageFixture.Blob, as tag: String, in repository: String = "team/app") {
    state.withLock { state in
      for name in [tag, manifest.digest] {
        state.manifests[repository, default: [:]][name] = (manifest.mediaType, manifest.bytes)
      }
    }
  }

  public func change(_ change: (inout Habits) -> Void) { state.withLock { change(&$0.habits) } }

  /// Adds its rules to a server.
  public func serve(on server: ScriptedServer) {
    let (origin, authority) = (server.origin, server.authority)
    server.on("*", "/v2/*") { [self] request in answer(request, origin: origin, authority: authority) }
    server.on("GET", "/token") { [self] _ in .token("a.token", lifetime: state.withLock { $0.habits.lifetime }) }
  }

  private func answer(_ request: RecordedRequest, origin: String, authority: String) -> Reply {
    state.withLock { state in
      let path = request.path.dropFirst("/v2/".count)
      if let refusal = Self.refusal(request, state.habits, origin) { return refusal }
      if path.isEmpty { return Reply() }
      for (mark, handle) in [("/blobs/uploads/", Self.upload), ("/blobs/", Self.blob), ("/manifests/", Self.manifest)] {
        guard let range = path.firstRange(of: mark) else { continue }
        let call = Call(
          request: request, repository: String(path[..<range.lowerBound]), name: String(path[range.upperBound...]),
          origin: origin, authority: authority)
        return handle(call, &state)
      }
      if let range = path.firstRange(of: "/referrers/") {
        return Self.referrers(of: path[range.upperBound...], String(path[..<range.lowerBound]), state)
      }
      return Reply(404)
    }
  }

  private static func referrers(of subject: Substring, _ repository: String, _ state: State) -> Reply {
    guard state.habits.listsReferrers else { return Reply(404) }
    let found = (state.manifests[repository] ?? [:]).filter { name, manifest in
      name.hasPrefix("sha256:")
        && String(decoding: manifest.bytes, as: UTF8.self).split(separator: "\"subject\":").last?
          .contains(subject) == true
        && String(decoding: manifest.bytes, as: UTF8.self).contains("\"subject\":")
    }
    let entries = found.map { name, manifest in
      #"{"mediaType":"\#(manifest.type)","digest":"\#(name)","size":\#(manifest.bytes.count)}"#
    }
    let index =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entries.joined(separator: ","))]}"#
    return Reply(headers: [("Content-Type", ImageFixture.indexType)], body: ReplyBody(Array(index.utf8)))
  }

  private struct Call {
    let request: RecordedRequest
    let repository: String
    let name: String
    let origin: String
    let authority: String
  }

  private static func refusal(_ request: RecordedRequest, _ habits: Habits, _ origin: String) -> Reply? {
    if habits.lacksProject, request.path != "/v2/" {
      return .registryError(401, "UNAUTHORIZED", "project team not found: project team not found")
        .header("WWW-Authenticate", "")
    }
    if habits.wantsToken, request.bearerToken == nil {
      return .registryError(401, "UNAUTHORIZED", "authentication required")
        .header("WWW-Authenticate", #"Bearer realm="\#(origin)/token",service="registry""#)
    }
    if habits.deniesPush, !["GET", "HEAD"].contains(request.method) {
      return .registryError(401, "UNAUTHORIZED", "unauthorized to access repository: team/app, action: push")
        .header("WWW-Authenticate", #"Basic realm="harbor""#)
    }
    if let limit = habits.bodyLimit, Int64(request.header("Content-Length") ?? "0") ?? 0 > limit {
      return Reply.html("<html><h1>413 Request Entity Too Large</h1></html>", status: 413).announcingClose
    }
    return nil
  }

  // MARK: Blobs

  private static func blob(_ call: Call, _ state: inout State) -> Reply {
    guard let bytes = state.blobs[call.repository]?[call.name] else {
      return .registryError(404, "BLOB_UNKNOWN", "blob unknown to registry")
    }
    let reply = Reply.blob(ReplyBody(bytes), for: call.request)
    return reply.header("Docker-Content-Digest", call.name)
  }

  private static func upload(_ call: Call, _ state: inout State) -> Reply {
    switch call.request.method {
    case "POST": return begin(call, &state)
    case "DELETE":
      let known = state.sessions.removeValue(forKey: call.name) != nil
      return Reply(known ? 204 : 404)
    case "PATCH", "PUT": break
    default: return Reply(405)
    }
    guard let sent = state.sessions[call.name], call.request.queryValues("_state") == [state.states[call.name] ?? ""]
    else {
      return lost
    }
    if state.habits.lostSessions > 0 {
      state.habits.lostSessions -= 1
      state.sessions[call.name] = nil
      return lost
    }
    if state.habits.brokenBodies > 0, !call.request.body.isEmpty {
      state.habits.brokenBodies -= 1
      state.sessions[call.name] = nil
      return .hangUp(.reset)
    }
    let bytes = sent + call.request.body
    guard call.request.method == "PUT" else {
      state.sessions[call.name] = bytes
      return accepted(state.habits.chunkStatus, call, call.name, &state)
    }
    return close(call, bytes, &state)
  }

  private static let lost = Reply.registryError(404, "BLOB_UPLOAD_INVALID", "blob upload invalid")

  private static func begin(_ call: Call, _ state: inout State) -> Reply {
    if let digest = call.request.queryValues("mount").first, let from = call.request.queryValues("from").first {
      switch state.habits.mounts {
      case .refused(let status):
        return .registryError(status, "UNAUTHORIZED", "unauthorized to access repository: \(from), action: pull")
          .header("WWW-Authenticate", #"Basic realm="harbor""#)
      case .offered:
        if let bytes = state.blobs[from]?[digest] {
          state.blobs[call.repository, default: [:]][digest] = bytes
          return Reply(
            201, headers: [("Docker-Content-Digest", digest), ("Location", "/v2/\(call.repository)/blobs/\(digest)")])
        }
      case .ignored: break
      }
    }
    state.next += 1
    let session = "session-\(state.next)"
    state.sessions[session] = []
    return accepted(202, call, session, &state)
  }

  /// Each answer has another address, whose query must come back as it is.
  private static func accepted(_ status: Int, _ call: Call, _ session: String, _ state: inout State) -> Reply {
    state.next += 1
    let text = "a+b/\(state.next)=="
    state.states[session] = text.replacing("+", with: " ")
    let target = "/v2/\(call.repository)/blobs/uploads/\(session)?_state=\(text.replacing("=", with: "%3D"))"
    let location =
      switch state.habits.location {
      case .absolute: call.origin + target
      case .relative: target
      case .plainHTTP: "http://\(call.authority.prefix { $0 != ":" })\(target)"
      case .other(let origin): origin + target
      case .text(let text): text
      }
    return Reply(status, headers: [("Location", location), ("Range", "0-0")])
  }

  private static func close(_ call: Call, _ bytes: [UInt8], _ state: inout State) -> Reply {
    state.sessions[call.name] = nil
    let digest = call.request.queryValues("digest").first ?? ""
    guard ImageFixture.digest(bytes) == digest else {
      return .registryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
    }
    let kept = (state.blobs[call.repository] ?? [:]).values.reduce(0) { $0 + $1.count }
    if let quota = state.habits.quota, Int64(kept + bytes.count) > quota {
      return .registryError(
        403, "DENIED",
        "adding 4.9 KiB of storage resource, which when updated to current usage of 735 B will exceed "
          + "the configured upper limit of 2.0 KiB.")
    }
    state.blobs[call.repository, default: [:]][digest] = bytes
    if state.habits.lostAnswers > 0 {
      state.habits.lostAnswers -= 1
      return .hangUp()
    }
    if state.habits.gatewayTimeouts > 0 {
      state.habits.gatewayTimeouts -= 1
      return .html("<html>504</html>", status: 504)
    }
    return Reply(state.habits.blobStatus, headers: [("Docker-Content-Digest", digest)])
  }

  // MARK: Manifests

  private static func manifest(_ call: Call, _ state: inout State) -> Reply {
    guard call.request.method == "PUT" else {
      guard let (type, bytes) = state.manifests[call.repository]?[call.name] else {
        return .registryError(404, "MANIFEST_UNKNOWN", "manifest unknown")
      }
      let body = call.request.method == "HEAD" ? ReplyBody.empty : ReplyBody(bytes)
      return Reply(
        headers: [("Content-Type", type), ("Docker-Content-Digest", ImageFixture.digest(bytes))], body: body)
    }
    if state.habits.forgetsManifests { return Reply(200) }
    if state.habits.immutableTags.contains(call.name), state.manifests[call.repository]?[call.name] != nil {
      return .registryError(
        412, "PRECONDITION", "Failed to process request due to 'app:\(call.name)' configured as immutable.")
    }
    let digest = ImageFixture.digest(call.request.body)
    for name in [call.name, digest] {
      state.manifests[call.repository, default: [:]][name] = (
        call.request.header("Content-Type") ?? "", call.request.body
      )
    }
    if let other = state.habits.overwrites.removeValue(forKey: call.name) {
      state.manifests[call.repository, default: [:]][call.name] = (ImageFixture.indexType, other)
    }
    let told = state.habits.manifestDigest ?? digest
    var headers = told.isEmpty ? [] : [("Docker-Content-Digest", told)]
    if state.habits.tellsSubject { headers.append(("OCI-Subject", "told")) }
    return Reply(201, headers: headers)
  }
}
