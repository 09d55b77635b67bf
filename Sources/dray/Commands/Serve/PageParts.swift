import DrayMessages
import RegistryServer

/// The page and what it asks the server.
struct PageParts {
  let handlers: [any RequestHandler]

  /// - Parameters:
  ///   - hasDisk: whether anything on disk is served.
  ///   - push: takes what is dropped into the page where it is not pushed on.
  ///   - upstreams: the registries that archives are made from.
  ///   - server: this one, as clients reach it.
  ///   - contents: what is on disk.
  init(
    hasDisk: Bool, push: PushPart?, pushingTo: PagePush?, upstreams: UpstreamRule,
    server: @escaping @Sendable () -> MirrorServer,
    contents: @escaping @Sendable () -> ServedContents
  ) {
    var features = PageFeatures(
      givesArchives: hasDisk || push != nil || !upstreams.isEmpty, upstreams: upstreams.registries.map { "\($0)" },
      uploadTarget: pushingTo?.target ?? push?.path)
    features.pushesUploads = pushingTo != nil
    let listing = ContentsListing(contents, pushed: push?.images)
    let upload: (any RequestHandler)? = pushingTo?.handler ?? push.map { ArchiveUpload($0.handler) }
    let page = PageHandler(features: features, texts: PageWords.texts) {
      ServedImages(contents(), changing: push?.images)
    }
    let clients = ClientListing(server)
    handlers =
      [listing, clients] + [upload].compactMap(\.self) + [page]
  }
}
