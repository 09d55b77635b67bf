/// What a path of the distribution API asks for (distribution-spec, "Endpoints").
///
/// A repository's name may hold `blobs`, `manifests`, `tags`, `uploads` and `referrers` as components, so the path is
/// read from its right end.
public enum DistributionPath: Hashable, Sendable {
  /// `/v2/`
  case root
  /// `/v2/_catalog`
  case catalog
  /// `/v2/<name>/manifests/<reference>`, a tag or a digest
  case manifest(repository: String, reference: String)
  /// `/v2/<name>/blobs/<digest>`
  case blob(repository: String, digest: String)
  /// `/v2/<name>/tags/list`
  case tags(repository: String)
  /// `/v2/<name>/referrers/<digest>`
  case referrers(repository: String, digest: String)
  /// `/v2/<name>/blobs/uploads/`
  case uploads(repository: String)
  /// `/v2/<name>/blobs/uploads/<session>`
  case upload(repository: String, session: String)

  /// Nil where the path is none of the API. The path is percent-decoded already.
  public init?(_ path: some StringProtocol) {
    guard Self.isBelowRoot(path) else { return nil }
    let components = String(path).split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).map(String.init)
    switch components {
    case [], [""]: self = .root
    case ["_catalog"]: self = .catalog
    default:
      guard let named = Self(components: components) else { return nil }
      self = named
    }
  }

  /// Whether the path is the API's, be there such an endpoint or not.
  static func isBelowRoot(_ path: some StringProtocol) -> Bool { path == "/v2" || path.hasPrefix("/v2/") }

  private init?(components: [String]) {
    func repository(without count: Int) -> String? {
      let name = components.dropLast(count)
      guard !name.isEmpty, !name.contains("") else { return nil }
      return name.joined(separator: "/")
    }
    let last = components.last ?? ""
    let before = components.dropLast().last
    let secondBefore = components.dropLast(2).last
    switch (secondBefore, before, last) {
    case ("blobs", "uploads", ""):
      guard let name = repository(without: 3) else { return nil }
      self = .uploads(repository: name)
    case ("blobs", "uploads", _):
      guard let name = repository(without: 3) else { return nil }
      self = .upload(repository: name, session: last)
    case (_, "blobs", "uploads"):
      // Some clients leave the last slash out.
      guard let name = repository(without: 2) else { return nil }
      self = .uploads(repository: name)
    case (_, _, ""): return nil
    case (_, "blobs", _):
      guard let name = repository(without: 2) else { return nil }
      self = .blob(repository: name, digest: last)
    case (_, "manifests", _):
      guard let name = repository(without: 2) else { return nil }
      self = .manifest(repository: name, reference: last)
    case (_, "tags", "list"):
      guard let name = repository(without: 2) else { return nil }
      self = .tags(repository: name)
    case (_, "referrers", _):
      guard let name = repository(without: 2) else { return nil }
      self = .referrers(repository: name, digest: last)
    default: return nil
    }
  }
}
