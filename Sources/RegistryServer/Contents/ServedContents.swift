import ImageArchive
import ImageModel
import NIOCore
import RegistryClient

/// What is on disk and can be pulled, by the names that it has there: a value, made anew when something changes.
///
/// Nothing of a request becomes a path. A digest is looked up here, and a blob is a place in a file that was found at the
/// start.
package struct ServedContents: Sendable {
  /// A manifest or an index.
  package struct Document: Sendable {
    package let descriptor: Descriptor
    package let bytes: ByteBuffer
  }

  /// What stands under one name, such as `docker.io/library/nginx`.
  package struct Repository: Sendable {
    package internal(set) var tags: [String: Digest] = [:]
    /// Its manifests and indexes.
    package internal(set) var documents: Set<Digest> = []
    package internal(set) var blobs: Set<Digest> = []
    /// By the manifest that they are about, in the order in which they were found.
    package internal(set) var referrers: [Digest: [Descriptor]] = [:]
  }

  /// By registry and repository in full, as in ``ImageReference/qualifiedRepository``.
  package internal(set) var repositories: [String: Repository] = [:]
  package internal(set) var documents: [Digest: Document] = [:]
  package internal(set) var blobs: [Digest: StoredBlob] = [:]
  /// Names in full of repositories with an image whose manifest is being made, or that is being read anew.
  var pending: Set<String> = []
  /// Names in full, by the path without the registry.
  var registries: [String: [String]] = [:]

  package init() {}

  /// How many names with a tag there are.
  package var tagCount: Int { repositories.values.reduce(0) { $0 + $1.tags.count } }

  /// What is about a manifest by the tag alone that clients give to a list of that, where a registry keeps none
  /// (distribution-spec, "Referrers Tag Schema").
  func taggedReferrers(of subject: Digest, in repository: String) -> [Descriptor] {
    guard let repository = repositories[repository], let digest = repository.tags[ReferrerTag.schema(subject)],
      let list = documents[digest],
      case .index(let index)? = try? ManifestDocument(
        parsing: Array(list.bytes.readableBytesView), contentType: list.descriptor.mediaType)
    else { return [] }
    return index.manifests.filter { repository.documents.contains($0.digest) }
  }
}
