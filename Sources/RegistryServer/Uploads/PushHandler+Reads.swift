import HTTPTypes
import ImageArchive
import ImageModel
import NIOCore
import Waiting

/// What was pushed, as it is pulled.
extension PushHandler {
  /// - Returns: nil for what is not in the layout: another part may have it.
  func manifest(_ request: ServerRequest, _ name: String, _ reference: String) async throws -> ServerAnswer? {
    guard let repository = try? PushedName.repository(name, namespace: request.value(of: "ns")),
      let descriptor = images.manifest(reference, in: repository.qualifiedRepository)
    else { return nil }
    let digest = descriptor.digest
    let tag = "\"\(digest)\""
    var fields: HTTPFields = [
      .contentType: descriptor.mediaType.rawValue, .dockerContentDigest: "\(digest)", .eTag: tag,
    ]
    if let answer = try request.conditionalAnswer(tag: tag, fields) { return answer }
    if request.method == .head { return ServerAnswer(.ok, fields, body: .head(length: descriptor.size)) }
    let bytes = try await Workers.current.run {
      try images.content(of: digest)?.bytes(limit: DocumentLimits.standard.manifestBytes)
    }
    guard let bytes else { throw DistributionRefusal.gone }
    fields[.contentSecurityPolicy] = "sandbox"
    return ServerAnswer(.ok, fields, body: .bytes(ByteBuffer(bytes: bytes)))
  }

  /// Whatever the repository: a digest names bytes, and who may read one may read all.
  func blob(_ request: ServerRequest, _ name: String, _ digest: String) async throws -> ServerAnswer? {
    guard (try? PushedName.repository(name, namespace: request.value(of: "ns"))) != nil,
      let digest = try? Digest(parsing: digest),
      let content = try await Workers.current.run({ images.content(of: digest) })
    else { return nil }
    return try await BlobAnswer(blob: StoredBlob(digest: digest, content: content)).answer(request)
  }
}
