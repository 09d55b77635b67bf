/// A registry that sends whoever asks for blobs elsewhere.
extension ScriptedServer {
  /// Serves an image under `team/app:1` to who has the token that this server gives; its blobs are redirected.
  ///
  /// - Parameter location: where a blob is, as the `Location` says it.
  public func serveRedirecting(
    _ image: ImageFixture, to location: @escaping @Sendable (ImageFixture.Blob) -> String
  ) {
    giveTokens { _ in .token("secret-token") }
    let challenge = #"Bearer realm="\#(origin)/service/token",service="s""#
    let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { request, reply in
      request.header("authorization") == "Bearer secret-token"
        ? reply : Reply(401, headers: [("WWW-Authenticate", challenge)])
    }
    on("/v2/team/app/manifests/1") {
      guarded($0, Reply(headers: [("Content-Type", image.manifest.mediaType)], body: ReplyBody(image.manifest.bytes)))
    }
    for blob in image.blobs {
      on("/v2/team/app/blobs/\(blob.digest)") { guarded($0, .redirect(to: location(blob))) }
    }
  }
}
