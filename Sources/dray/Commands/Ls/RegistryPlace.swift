import ImageModel

/// A registry, a project or a repository: `harbor.example.com/team/app`.
struct RegistryPlace: Sendable, Hashable {
  let registry: RegistryName
  let path: [String]

  /// Whether a text has the tag or the digest of an image behind a path, so that no registry can be meant.
  static func hasTag(_ text: String) -> Bool {
    guard let slash = text.lastIndex(of: "/"), text[slash...].contains(where: { $0 == ":" || $0 == "@" }) else {
      return false
    }
    return (try? ImageReference(parsing: text)) != nil
  }

  init(parsing text: String) throws(ImageReferenceError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    registry = try RegistryName(parsing: String(parts[0]))
    let rest = parts.count > 1 ? parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1] : ""
    guard !rest.isEmpty else {
      path = []
      return
    }
    path = try ImageReference(registry: registry, repository: String(rest)).repository.split(separator: "/")
      .map(String.init)
  }
}
