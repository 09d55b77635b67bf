import ImageArchive
import ImageModel
import Waiting

/// `/api/contents`: the images on this server's disk, for the page.
public struct ContentsListing: RequestHandler {
  private let contents: @Sendable () -> ServedContents
  private let pushed: (any ChangingImages)?

  /// The most tags that are listed: a page with more is of no use.
  private static let tagLimit = 5_000

  package init(_ contents: @escaping @Sendable () -> ServedContents, pushed: (any ChangingImages)? = nil) {
    (self.contents, self.pushed) = (contents, pushed)
  }

  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.path == "/api/contents", request.method == .get || request.method == .head else { return nil }
    let list = try await Workers.current.run { self.list() }
    return .json(list)
  }

  private func list() -> List {
    let contents = contents()
    var names = Set(contents.repositories.keys)
    if let pushed { names.formUnion(pushed.repositories) }
    var rest = Self.tagLimit
    var images: [Image] = []
    for name in names.sorted() where rest > 0 {
      var tags: [String: Tag] = [:]
      for (tag, digest) in contents.repositories[name]?.tags ?? [:] {
        let document = contents.documents[digest]
        tags[tag] = Tag(
          tag, name, digest, document.map { (Array($0.bytes.readableBytesView), $0.descriptor.mediaType) })
      }
      for tag in pushed?.tags(of: name) ?? [] {
        guard let descriptor = pushed?.manifest(tag, in: name) else { continue }
        let bytes = try? pushed?.content(of: descriptor.digest)?.bytes(limit: DocumentLimits.standard.manifestBytes)
        tags[tag] = Tag(tag, name, descriptor.digest, bytes.map { ($0, descriptor.mediaType) })
      }
      guard !tags.isEmpty else { continue }
      let sorted = tags.sorted { TagOrder.precedes($1.key, $0.key) }.prefix(rest).map(\.value)
      rest -= sorted.count
      images.append(Image(name, sorted))
    }
    return List(images: images, isCut: rest <= 0)
  }

  private struct List: Encodable, Sendable {
    let images: [Image]
    let isCut: Bool
  }

  private struct Image: Encodable, Sendable {
    let name: String
    /// What stands behind this server's address in a pull.
    let path: String
    let tags: [Tag]

    init(_ name: String, _ tags: [Tag]) {
      let parsed = try? ImageReference(parsing: name)
      self.name = parsed?.familiarRepository ?? name
      path = ServedImages.requestName(name)
      self.tags = tags
    }
  }

  private struct Tag: Encodable, Sendable {
    let tag: String
    let digest: String
    /// The path of its archive.
    let archive: String
    /// What a pull brings, in bytes; nil for an image of several platforms.
    var size: Int64?
    var platforms: [String]?

    init(
      _ tag: String, _ repository: String, _ digest: Digest, _ document: (bytes: [UInt8], type: MediaType)?
    ) {
      (self.tag, self.digest) = (tag, "\(digest)")
      archive = ArchiveRequest.path(of: tag, in: repository)
      guard let document else { return }
      switch try? ManifestDocument(parsing: document.bytes, contentType: document.type) {
      case .manifest(let manifest)?:
        size = ([manifest.config] + manifest.layers).reduce(0) { $0 &+ $1.size }
      case .index(let index)?:
        platforms = index.manifests.filter { !$0.isOtherThanImage }.compactMap { $0.platform.map { "\($0)" } }
      case nil: break
      }
    }
  }
}
