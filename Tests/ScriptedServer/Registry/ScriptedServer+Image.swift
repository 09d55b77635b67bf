/// The rules of an honest registry (distribution-spec, "Pulling manifests" and "Pulling blobs").
extension ScriptedServer {
  public func serve(
    _ image: ImageFixture, repository: String = "team/app", tag: String = "1", ranges: Reply.Ranges = .honest
  ) {
    serveManifest(image.manifest, repository: repository, tag: tag)
    serveBlobs(image, repository: repository, ranges: ranges)
  }

  public func serveManifest(
    _ manifest: ImageFixture.Blob, repository: String = "team/app", tag: String = "1"
  ) {
    for name in [tag, manifest.digest] {
      on("GET,HEAD", "/v2/\(repository)/manifests/\(name)", reply: .manifest(manifest))
    }
  }

  public func serveBlobs(_ image: ImageFixture, repository: String = "team/app", ranges: Reply.Ranges = .honest) {
    for blob in image.blobs { serve(blob, repository: repository, ranges: ranges) }
  }

  public func serve(_ blob: ImageFixture.Blob, repository: String = "team/app", ranges: Reply.Ranges = .honest) {
    on("GET,HEAD", "/v2/\(repository)/blobs/\(blob.digest)") { .blob(blob.body, for: $0, ranges: ranges) }
  }
}

extension Reply {
  /// A manifest or index with its type and digest.
  public static func manifest(_ manifest: ImageFixture.Blob) -> Reply {
    Reply(
      headers: [("Content-Type", manifest.mediaType), ("Docker-Content-Digest", manifest.digest)],
      body: manifest.body)
  }
}
