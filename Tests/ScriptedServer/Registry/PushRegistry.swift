import Synchronization

/// A registry that takes uploads (distribution-spec "Push"), with the habits of real ones as switches.
///
/// ```swift
/// let registry = PushRegistry { $0.location = .relative }
/// registry.serve(on: server)
/// ```
public final class PushRegistry: Sendable {
  struct State {
    var habits: Habits
    var sessions: [String: [UInt8]] = [:]
    var states: [String: String] = [:]
    var blobs: [String: [String: [UInt8]]] = [:]
    var manifests: [String: [String: (type: String, bytes: [UInt8])]] = [:]
    var next = 0
    /// The first `Range` behind a piece.
    var firstRange: Int?
    var requests = 0
    var incompleteNames: [String] = []
    /// By repository and tag.
    var expirations: [String: [String: String]] = [:]
  }

  let state: Mutex<State>

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

  /// Tags that ever stood for something that was not all there.
  public var incompleteNames: [String] { state.withLock { $0.incompleteNames } }

  /// How many requests came.
  public var requestCount: Int { state.withLock { $0.requests } }

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
    for path in [Product.harbor, .quay].map(\.tokenPath) {
      let isGiven: @Sendable (RecordedRequest) -> Bool = { [self] _ in state.withLock { $0.habits.product != nil } }
      server.on("GET", path, where: isGiven) { [self] _ in
        .token("a.token", lifetime: state.withLock { $0.habits.lifetime })
      }
    }
    server.on("*", "/v2/*") { [self] request in answer(request, origin: origin, authority: authority) }
    server.on("GET", "/api/v2.0/repositories") { [self] request in search(request) }
    server.on("GET", "/token") { [self] _ in .token("a.token", lifetime: state.withLock { $0.habits.lifetime }) }
  }

  /// What it answers to a request, for a rule that stands before its own.
  public func reply(to request: RecordedRequest, origin: String) -> Reply {
    answer(request, origin: origin, authority: String(origin.drop { $0 != "/" }.dropFirst(2)))
  }

  private func answer(_ request: RecordedRequest, origin: String, authority: String) -> Reply {
    state.withLock { state in
      let fault = state.habits.fault(state.requests, request)
      state.requests += 1
      switch fault {
      case nil: return Self.answer(request, origin, authority, &state)
      case .hangUp: return .hangUp(.reset)
      case .lostAnswer:
        _ = Self.answer(request, origin, authority, &state)
        return .hangUp(.reset)
      case .gateway(let status):
        _ = Self.answer(request, origin, authority, &state)
        return Reply(status)
      case .status(let status): return Reply(status)
      case .unauthorized:
        return .registryError(401, "UNAUTHORIZED", "authentication required")
          .header("WWW-Authenticate", #"Bearer realm="\#(origin)/token",service="registry""#)
      }
    }
  }

  private static func answer(
    _ request: RecordedRequest, _ origin: String, _ authority: String, _ state: inout State
  ) -> Reply {
    let path = request.path.dropFirst("/v2/".count)
    if let refusal = refusal(request, state.habits, origin) { return refusal }
    if path.isEmpty { return Reply() }
    for (mark, handle) in [("/blobs/uploads/", upload), ("/blobs/", blob), ("/manifests/", manifest)] {
      guard let range = path.firstRange(of: mark) else { continue }
      let call = Call(
        request: request, repository: String(path[..<range.lowerBound]), name: String(path[range.upperBound...]),
        origin: origin, authority: authority)
      return handle(call, &state)
    }
    if let range = path.firstRange(of: "/referrers/") {
      return referrers(of: path[range.upperBound...], String(path[..<range.lowerBound]), state)
    }
    if path.hasSuffix("/tags/list"), let names = state.manifests[String(path.dropLast("/tags/list".count))]?.keys {
      if let status = state.habits.listStatus { return Reply(status) }
      let tags = names.filter { !$0.hasPrefix("sha256:") }.sorted().map { "\"\($0)\"" }.joined(separator: ",")
      return Reply(
        headers: [("Content-Type", "application/json")], body: ReplyBody(Array(#"{"tags":[\#(tags)]}"#.utf8)))
    }
    return Reply(404)
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
    return Reply(headers: [("Content-Type", state.habits.referrersType)], body: ReplyBody(Array(index.utf8)))
  }

  struct Call {
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
    if let product = habits.product, request.bearerToken == nil {
      return .registryError(401, "UNAUTHORIZED", "authentication required")
        .header("WWW-Authenticate", product.challenge(origin))
    }
    if let refusal = habits.namespaceRefusal, !["GET", "HEAD"].contains(request.method) {
      return refusal.reply("http://\(request.header("Host") ?? "")")
    }
    if let status = habits.readOnlyStatus, !["GET", "HEAD"].contains(request.method) {
      return .registryError(status, "UNSUPPORTED", "this registry is read-only")
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

  // MARK: Manifests

  private static func manifest(_ call: Call, _ state: inout State) -> Reply {
    if call.request.method == "DELETE" {
      let isDigest = call.name.hasPrefix("sha256:")
      if let status = state.habits.deletionStatus, !isDigest || !state.habits.deletesDigests {
        return .registryError(status, "UNSUPPORTED", "The operation is unsupported.")
      }
      guard let gone = state.manifests[call.repository]?.removeValue(forKey: call.name) else { return Reply(404) }
      // A manifest takes its tags along.
      if isDigest {
        state.manifests[call.repository] = state.manifests[call.repository]?.filter { $0.value.bytes != gone.bytes }
      }
      return Reply(202)
    }
    guard call.request.method == "PUT" else {
      guard let (type, bytes) = state.manifests[call.repository]?[call.name] else {
        return .registryError(404, "MANIFEST_UNKNOWN", "manifest unknown")
      }
      let body = call.request.method == "HEAD" ? ReplyBody.empty : ReplyBody(bytes)
      let digest = state.habits.headTellsDigest ? [("Docker-Content-Digest", ImageFixture.digest(bytes))] : []
      return Reply(headers: [("Content-Type", type)] + digest, body: body)
    }
    if state.habits.forgetsManifests { return Reply(200) }
    if let limit = state.habits.manifestLimit, call.request.body.count > limit {
      return .registryError(400, "MANIFEST_INVALID", "manifest invalid")
    }
    if state.habits.forgottenBlobs > 0 {
      state.habits.forgottenBlobs -= 1
      state.blobs[call.repository] = [:]
      return .registryError(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")
    }
    if state.habits.immutableTags.contains(call.name), state.manifests[call.repository]?[call.name] != nil {
      return .registryError(
        412, "PRECONDITION", "Failed to process request due to 'app:\(call.name)' configured as immutable.")
    }
    if state.habits.wantsAllNamed, !hasAll(call, state, in: String(decoding: call.request.body, as: UTF8.self)) {
      return .registryError(404, "MANIFEST_BLOB_UNKNOWN", "manifest blob unknown to registry")
    }
    let digest = ImageFixture.digest(call.request.body)
    if state.habits.expiresTags, !call.name.hasPrefix("sha256:"), state.manifests[call.repository]?[digest] == nil {
      state.expirations[call.repository, default: [:]][call.name] = expiry(
        of: call.request.body, in: call.repository, state)
    }
    if !call.name.hasPrefix("sha256:"), !isComplete(call, state) { state.incompleteNames.append(call.name) }
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
    headers += state.habits.warnings.map { ("Warning", $0) }
    return Reply(201, headers: headers)
  }

  /// Whether all that a manifest names is there; what it refers to need not be.
  private static func isComplete(_ call: Call, _ state: State) -> Bool {
    let text = String(decoding: call.request.body, as: UTF8.self)
    return hasAll(call, state, in: String(text.split(separator: "\"subject\":").first ?? ""))
  }

  private static func hasAll(_ call: Call, _ state: State, in text: String) -> Bool {
    text.matches(of: /sha256:[0-9a-f]{64}/).allSatisfy { match in
      let digest = String(match.output)
      return state.blobs[call.repository]?[digest] != nil || state.manifests[call.repository]?[digest] != nil
    }
  }
}
