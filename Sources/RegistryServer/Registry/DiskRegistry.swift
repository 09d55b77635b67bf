import HTTPTypes
import ImageArchive
import ImageModel
import NIOCore

/// The registry of what is on disk: all of the distribution API that only reads.
///
/// A name or a digest that it does not have is another part's to answer.
package struct DiskRegistry: RequestHandler {
  private let contents: @Sendable () -> ServedContents
  private let changing: (any ChangingImages)?
  private let gone: @Sendable (StoredBlob) -> Void

  /// - Parameters:
  ///   - contents: what is on disk at the moment.
  ///   - changing: images that another part answers for, and that lists have beside those on disk.
  ///   - gone: told of a blob whose file is not what it was when it was found.
  package init(
    _ contents: @escaping @Sendable () -> ServedContents, changing: (any ChangingImages)? = nil,
    gone: @escaping @Sendable (StoredBlob) -> Void = { _ in }
  ) {
    (self.contents, self.changing, self.gone) = (contents, changing, gone)
  }

  package func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.method == .get || request.method == .head, let path = DistributionPath(request.path) else {
      return nil
    }
    guard var answer = try await answer(request, path) else { return nil }
    if let namespace = request.value(of: "ns"), let registry = try? RegistryName(parsing: namespace) {
      answer.fields[.ociNamespace] = "\(registry)"
    }
    return answer
  }

  private func answer(_ request: ServerRequest, _ path: DistributionPath) async throws -> ServerAnswer? {
    let contents = contents()
    let images = ServedImages(contents, changing: changing)
    switch path {
    case .root:
      return ServerAnswer(.ok, [.contentType: "application/json"], body: .bytes(ByteBuffer(string: "{}")))
    case .manifest(let name, let reference):
      return try manifest(reference, try places(name, request, images), contents, request)
    case .blob(let name, let text):
      let digest = try Self.digest(text)
      let places = try places(name, request, images)
      guard places.contains(where: { contents.repositories[$0]?.blobs.contains(digest) == true }),
        let blob = contents.blobs[digest]
      else { return try unless(pending: places, contents) }
      do { return try await BlobAnswer(blob: blob).answer(request) } catch let refusal as DistributionRefusal {
        if refusal == .gone { gone(blob) }
        throw refusal
      }
    case .catalog:
      let names = Set(images.repositories.map(ServedImages.requestName))
      let page = try ListPage(of: names.sorted(by: ServedImages.precedes), request)
      return ServerAnswer(.ok, page.fields(request.path), body: .json(["repositories": page.entries]))
    case .tags(let name):
      let places = try places(name, request, images)
      guard let place = places.first else { return nil }
      guard places.count == 1 else { throw Self.ambiguous(places) }
      if contents.pending.contains(place) { throw Self.pending }
      let page = try ListPage(of: images.tags(of: place), request)
      return ServerAnswer(.ok, page.fields(request.path), body: .json(TagList(name: name, tags: page.entries)))
    case .referrers(let name, let text):
      let digest = try Self.digest(text)
      let places = try places(name, request, images)
      let found = places.flatMap { images.referrers(of: digest, in: $0) }
      guard !places.isEmpty else { return nil }
      return .referrers(found, filter: request.value(of: "artifactType"))
    case .uploads, .upload: return nil
    }
  }

  private func manifest(
    _ reference: String, _ places: [String], _ contents: ServedContents, _ request: ServerRequest
  ) throws -> ServerAnswer? {
    let digest: Digest
    if reference.contains(":") {
      digest = try Self.digest(reference)
      guard places.contains(where: { contents.repositories[$0]?.documents.contains(digest) == true }) else {
        return try unless(pending: places, contents)
      }
    } else {
      let found = places.compactMap { place in
        contents.repositories[place]?.tags[reference].map { (place, $0) }
      }
      guard let first = found.first else { return try unless(pending: places, contents) }
      guard found.count == 1 else { throw Self.ambiguous(found.map { "\($0.0):\(reference)" }) }
      digest = first.1
    }
    guard let document = contents.documents[digest] else { return nil }
    let tag = "\"\(digest)\""
    let fields: HTTPFields = [
      .contentType: document.descriptor.mediaType.rawValue, .dockerContentDigest: "\(digest)", .eTag: tag,
    ]
    if let answer = try request.conditionalAnswer(tag: tag, fields) { return answer }
    return ServerAnswer(.ok, fields, body: .bytes(document.bytes))
  }

  /// What has no manifest yet may be what is asked for.
  private func unless(pending places: [String], _ contents: ServedContents) throws(DistributionRefusal) -> ServerAnswer?
  {
    if places.contains(where: contents.pending.contains) { throw Self.pending }
    return nil
  }

  private static let pending = DistributionRefusal(
    .unavailable, .serviceUnavailable, "this image is being read; try again in a moment",
    fields: [.retryAfter: "5"])

  /// The repositories that a name may mean: one, or several of one path. None where there is no such one.
  private func places(
    _ name: String, _ request: ServerRequest, _ images: ServedImages
  ) throws(DistributionRefusal) -> [String] {
    switch RepositoryChoice(name, namespace: request.value(of: "ns"), in: images) {
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
