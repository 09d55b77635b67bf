/// A project of a Harbor (Harbor API v2.0, `Project`). Texts are the server's own: escape them before they are shown.
package struct HarborProject: Decodable, Sendable, Hashable {
  package let name: String
  package let repositoryCount: Int64?
  /// Whether everybody may pull from it.
  package var isPublic: Bool { metadata?.isPublic == "true" }
  private let metadata: Metadata?

  private struct Metadata: Decodable, Hashable {
    let isPublic: String?

    enum CodingKeys: String, CodingKey {
      case isPublic = "public"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name, metadata
    case repositoryCount = "repo_count"
  }
}

/// A repository of a project (`Repository`).
package struct HarborRepository: Decodable, Sendable, Hashable {
  /// With its project: `team/sub/app`.
  package let name: String
  package let artifactCount: Int64?
  /// RFC 3339.
  package let updated: String?

  private enum CodingKeys: String, CodingKey {
    case name
    case artifactCount = "artifact_count"
    case updated = "update_time"
  }
}

/// Something that was pushed to a repository (`Artifact`).
package struct HarborArtifact: Decodable, Sendable, Hashable {
  package let digest: String
  /// In bytes; of an index, of all its images.
  package let size: Int64?
  /// `IMAGE`, `CHART` and others.
  package let kind: String?
  /// RFC 3339.
  package let pushed: String?
  package var tags: [String] { (tagEntries ?? []).map(\.name) }
  private let tagEntries: [Tag]?

  private struct Tag: Decodable, Hashable {
    let name: String
  }

  private enum CodingKeys: String, CodingKey {
    case digest, size
    case kind = "type"
    case pushed = "push_time"
    case tagEntries = "tags"
  }
}
