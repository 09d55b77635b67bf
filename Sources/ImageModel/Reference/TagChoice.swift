/// Which tags of a repository are copied, as the file of a tool that copies images says it.
public enum TagChoice: Sendable, Hashable {
  case all
  /// These, whether or not a registry lists them.
  case listed([ListedTag])
  /// Those that one of the rules means.
  case rules([TagRule])

  /// Those of a repository's tags that are meant, in the order of versions; what is ``listed(_:)`` is not looked for.
  public func chosen(from tags: [String]) -> [ListedTag] {
    switch self {
    case .all: tags.sorted(by: TagOrder.precedes).map { ListedTag(tag: $0) }
    case .listed(let listed): listed
    case .rules(let rules):
      tags.filter { tag in rules.contains { $0.means(tag) } }.sorted(by: TagOrder.precedes).map { ListedTag(tag: $0) }
    }
  }
}

/// A tag or a digest of a repository, and what it is called at the target.
public struct ListedTag: Sendable, Hashable {
  /// Nil where the digest alone is named.
  public let tag: String?
  /// Decides where both are named.
  public let digest: Digest?
  /// Nil where the tag keeps its name; without a tag the target has the digest alone.
  public var targetTag: String?

  public init(tag: String?, digest: Digest? = nil, targetTag: String? = nil) {
    self.tag = tag
    self.digest = digest
    self.targetTag = targetTag
  }
}

/// Chooses tags, or names of repositories. What it leaves empty excludes nothing.
public struct TagRule: Sendable, Hashable {
  /// One of them must hold.
  public var versions: [VersionRange]
  /// One of them must match.
  public var allowed: [NameExpression]
  /// None of them may match.
  public var denied: [NameExpression]

  public init(versions: [VersionRange] = [], allowed: [NameExpression] = [], denied: [NameExpression] = []) {
    self.versions = versions
    self.allowed = allowed
    self.denied = denied
  }

  public func means(_ name: String) -> Bool {
    (versions.isEmpty || versions.contains { $0.contains(name) })
      && (allowed.isEmpty || allowed.contains { $0.matches(name) }) && !denied.contains { $0.matches(name) }
  }
}
