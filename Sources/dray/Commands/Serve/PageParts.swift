import DrayMessages
import RegistryServer

/// The page and what it asks the server.
struct PageParts {
  let handlers: [any RequestHandler]

  /// - Parameters:
  ///   - upstreams: the registries that archives are made from.
  ///   - origin: of the server, as clients reach it.
  ///   - contents: what is on disk.
  init(
    push: PushPart?, upstreams: UpstreamRule, origin: String, contents: @escaping @Sendable () -> ServedContents
  ) {
    let features = PageFeatures(
      upstreams: upstreams.isEmpty ? nil : upstreams.registries.map { "\($0)" }, uploadTarget: push?.path)
    let listing = ContentsListing(contents, pushed: push?.images)
    let upload: [any RequestHandler] = push.map { [ArchiveUpload($0.handler)] } ?? []
    let clients = ClientListing(origin: origin) { contents().mirroredRegistries }
    handlers = [listing, clients] + upload + [PageHandler(features: features, texts: PageWords.texts)]
  }
}
