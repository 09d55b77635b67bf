import ImageModel
import RegistryClient

/// What stands in a registry, in a project of it, or in a repository. Texts are the server's own: escape them before
/// they are shown.
public enum RegistryListing: Sendable, Hashable {
  case projects([Project])
  case repositories([Repository])
  case artifacts([Artifact])
  case tags([String])

  /// A project of Harbor.
  public struct Project: Sendable, Hashable {
    public let name: String
    public let isPublic: Bool
    public let repositories: Int64?
  }

  /// A repository, and what the registry tells of it.
  public struct Repository: Sendable, Hashable {
    /// Below the registry.
    public let name: String
    /// Nil where the registry does not count them.
    public let artifacts: Int64?
    /// RFC 3339, where the registry tells.
    public let updated: String?
  }

  /// What a digest of a repository stands for.
  public struct Artifact: Sendable, Hashable {
    public let digest: String
    /// In the order of versions.
    public let tags: [String]
    /// In bytes.
    public let size: Int64?
    /// RFC 3339.
    public let pushed: String?
    /// `IMAGE`, `CHART` and others, as Harbor names them.
    public let kind: String?
  }
}
