import DrayMessages
import RegistryServer

/// The page and what it asks the server.
struct PageParts {
  let handlers: [any RequestHandler]

  /// - Parameters:
  ///   - push: takes what is dropped into the page where it is not pushed on.
  ///   - upstreams: the registries that archives are made from.
  ///   - server: this one, as clients reach it.
  ///   - contents: what is on disk.
  init(
    push: PushPart?, pushingTo: PagePush?, upstreams: UpstreamRule, server: @escaping @Sendable () -> MirrorServer,
    contents: @escaping @Sendable () -> ServedContents
  ) {
    var features = PageFeatures(
      upstreams: upstreams.isEmpty ? nil : upstreams.registries.map { "\($0)" },
      uploadTarget: pushingTo?.target ?? push?.path)
    features.pushesUploads = pushingTo != nil
    let listing = ContentsListing(contents, pushed: push?.images)
    let upload: (any RequestHandler)? = pushingTo?.handler ?? push.map { ArchiveUpload($0.handler) }
    let clients = ClientListing(server)
    handlers =
      [listing, clients] + [upload].compactMap(\.self) + [PageHandler(features: features, texts: PageWords.texts)]
  }
}
