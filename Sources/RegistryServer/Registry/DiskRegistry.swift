import HTTPTypes
import ImageModel
import NIOCore

/// The registry of what is on disk: all of the distribution API that only reads.
///
/// A name or a digest that it does not have is another part's to answer.
package struct DiskRegistry: RequestHandler {
  private let contents: @Sendable () -> ServedContents

  /// - Parameter contents: what there is at the moment.
  package init(_ contents: @escaping @Sendable () -> ServedContents) {
    self.contents = contents
  }

  package func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.method == .get || request.method == .head, let path = DistributionPath(request.path) else {
      return nil
    }
    guard var answer = try await answer(request, path) else { return nil }
    answer.fields[.dockerDistributionAPIVersion] = "registry/2.0"
    if let namespace = request.value(of: "ns"), let registry = try? RegistryName(parsing: namespace) {
      answer.fields[.ociNamespace] = "\(registry)"
    }
    return answer
  }

  private func answer(_ request: ServerRequest, _ path: DistributionPath) async throws -> ServerAnswer? {
    let contents = contents()
    switch path {
    case .root:
      return ServerAnswer(.ok, [.contentType: "application/json"], body: .bytes(ByteBuffer(string: "{}")))
    case .manifest(let name, let reference):
      return try manifest(reference, try places(name, request, contents), contents, request)
    case .blob(let name, let text):
      let digest = try Self.digest(text)
      let places = try places(name, request, contents)
      guard places.contains(where: { contents.repositories[$0]?.blobs.contains(digest) == true }),
        let blob = contents.blobs[digest]
      else { return nil }
      return try await BlobAnswer(blob: blob).answer(request)
    case .catalog, .tags, .referrers, .uploads, .upload: return nil
    }
  }

  private func manifest(
    _ reference: String, _ places: [String], _ contents: ServedContents, _ request: ServerRequest
  ) throws -> ServerAnswer? {
    let digest: Digest
    if reference.contains(":") {
      digest = try Self.digest(reference)
      guard places.contains(where: { contents.repositories[$0]?.documents.contains(digest) == true }) else {
        return nil
      }
    } else {
      let found = places.compactMap { place in
        contents.repositories[place]?.tags[reference].map { (place, $0) }
      }
      guard let first = found.first else { return nil }
      guard found.count == 1 else { throw Self.ambiguous(found.map { "\($0.0):\(reference)" }) }
      digest = first.1
    }
    guard let document = contents.documents[digest] else { return nil }
    let tag = "\"\(digest)\""
    let fields: HTTPFields = [
      .contentType: document.descriptor.mediaType.rawValue, .dockerContentDigest: "\(digest)", .eTag: tag,
    ]
    if request.fields.holds(tag, in: .ifNoneMatch) { return ServerAnswer(.notModified, fields) }
    return ServerAnswer(.ok, fields, body: .bytes(document.bytes))
  }

  /// The repositories that a name may mean: one, or several of one path. None where there is no such one.
  private func places(
    _ name: String, _ request: ServerRequest, _ contents: ServedContents
  ) throws(DistributionRefusal) -> [String] {
    switch RepositoryChoice(name, namespace: request.value(of: "ns"), in: contents) {
    case .one(let place): return [place]
    case .several(let places): return places
    case .none: return []
    case .invalid: throw DistributionRefusal(.nameInvalid, .badRequest, "invalid repository name")
    }
  }

  static func ambiguous(_ names: [String]) -> DistributionRefusal {
    DistributionRefusal(
      .nameUnknown, .notFound,
      "this name may mean \(names.joined(separator: " or ")); put the registry in front of the path",
      detail: ["candidates": names.joined(separator: " ")])
  }

  private static func digest(_ text: String) throws(DistributionRefusal) -> Digest {
    do { return try Digest(parsing: text) } catch {
      throw DistributionRefusal(.digestInvalid, .badRequest, "invalid digest")
    }
  }
}
