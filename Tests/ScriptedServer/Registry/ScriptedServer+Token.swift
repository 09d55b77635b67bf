extension ScriptedServer {
  /// The rules of a registry that wants a token of its own realm for everything.
  ///
  /// - Parameters:
  ///   - realm: what the challenge names; by default `/service/token` of this server.
  ///   - accepts: whether a token lets a request in.
  public func protect(
    _ image: ImageFixture, repository: String = "team/app", tag: String = "1", realm: String? = nil,
    service: String = "harbor-registry", accepts: @escaping @Sendable (_ token: String, RecordedRequest) -> Bool
  ) {
    let realm = realm ?? "\(origin)/service/token"
    let challenge = #"Bearer realm="\#(realm)",service="\#(service)",scope="repository:\#(repository):pull""#
    let guarded: @Sendable (RecordedRequest, @Sendable (RecordedRequest) -> Reply) -> Reply = { request, reply in
      if let token = request.bearerToken, accepts(token, request) { return reply(request) }
      // Harbor's habit: any Authorization header turns the challenge into a Basic one.
      let answer = request.header("authorization") == nil ? challenge : #"Basic realm="harbor""#
      return Reply(
        401, headers: [("WWW-Authenticate", answer), ("Content-Type", "application/json")],
        text: #"{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized to access repository"}]}"#)
    }
    let manifest = image.manifest
    for name in [tag, manifest.digest] {
      on("/v2/\(repository)/manifests/\(name)") { request in
        guarded(request) { _ in
          Reply(headers: [("Content-Type", manifest.mediaType)], body: manifest.body)
        }
      }
    }
    for blob in image.blobs {
      on("/v2/\(repository)/blobs/\(blob.digest)") { request in
        guarded(request) { .blob(blob.body, for: $0) }
      }
    }
  }

  /// A realm that gives `token` to everyone.
  public func giveTokens(at path: String = "/service/token", _ token: @escaping @Sendable (RecordedRequest) -> Reply) {
    on(path) { token($0) }
  }
}

extension Reply {
  /// A token service's answer, as Harbor writes it: an empty `access_token` beside the token.
  public static func token(_ token: String, lifetime: Int = 1800) -> Reply {
    .json(#"{"token":"\#(token)","access_token":"","expires_in":\#(lifetime),"issued_at":"2026-01-01T00:00:00Z"}"#)
  }
}
