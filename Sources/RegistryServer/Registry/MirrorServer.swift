import ImageModel

/// A server as the configurations of its clients describe it.
public struct MirrorServer: Sendable, Hashable {
  /// As clients reach it: `10.0.0.5:5000`.
  public var authority: String
  /// Whether it is reached by https.
  public var isEncrypted: Bool
  /// The registries for which it is to be asked, such as `docker.io`.
  public var registries: [String]
  /// What whoever puts the file in place should know besides.
  public var notes: [String] = []
  /// The name that goes with the password; nil where nobody has to log in.
  public var loginName: String?
  /// Whether its certificate is signed by an authority of its own.
  public var hasOwnAuthority = false

  public init(authority: String, isEncrypted: Bool, registries: [String]) {
    (self.authority, self.isEncrypted, self.registries) = (authority, isEncrypted, registries)
  }

  /// - Parameters:
  ///   - images: what is here.
  ///   - upstreams: what registries are asked for it.
  ///   - hasCache: whether images of these are given out below `/v2/`, and not as archives alone.
  package init(
    _ settings: ServerSettings, authority: String, images: ServedImages, upstreams: UpstreamRule, hasCache: Bool
  ) {
    self.init(
      authority: authority, isEncrypted: settings.certificate != nil, registries: images.registries(with: upstreams))
    if upstreams.isOpen { notes.append("Any other public registry can be added: this server asks it too.") }
    if !upstreams.isEmpty, !hasCache {
      notes.append("For what is not on its disk, the server needs --cache beside --upstream: its operator can give it.")
    }
    loginName = settings.login?.name
    hasOwnAuthority = settings.ownAuthority != nil
  }

  var url: String { "\(isEncrypted ? "https" : "http")://\(authority)" }
}

extension ServedImages {
  /// The registries that images are from or that are asked for them, sorted, Docker Hub first: that alone where there is none.
  func registries(with upstreams: UpstreamRule) -> [String] {
    let here = (repositories + contents.pending).compactMap { $0.split(separator: "/").first.map(String.init) }
    var names = Set(here + upstreams.registries.map(\.description))
    let hub = "\(RegistryName.dockerHub)"
    let hasHub = names.remove(hub) != nil || upstreams.isOpen || names.isEmpty
    return (hasHub ? [hub] : []) + names.sorted()
  }
}
