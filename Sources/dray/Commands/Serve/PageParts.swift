import DrayMessages
import RegistryServer

/// The page and what it asks the server.
struct PageParts {
  let handlers: [any RequestHandler]

  /// - Parameters:
  ///   - upstreams: the registries that archives are made from.
  ///   - contents: what is on disk.
  init(push: PushPart?, upstreams: UpstreamRule, contents: @escaping @Sendable () -> ServedContents) {
    let features = PageFeatures(
      upstreams: upstreams.isEmpty ? nil : upstreams.registries.map { "\($0)" }, uploadTarget: push?.path)
    let listing = ContentsListing(contents, pushed: push?.images)
    let upload: [any RequestHandler] = push.map { [ArchiveUpload($0.handler)] } ?? []
    handlers = [listing] + upload + [PageHandler(features: features, texts: PageWords.texts)]
  }
}
