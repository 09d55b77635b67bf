import ImageArchive
import ImageModel

/// Images that come and go while the server runs, such as those that are pushed.
///
/// All but ``content(of:)`` answers from memory, and what is answered holds from the moment on in which it became so: nobody
/// keeps an answer.
package protocol ChangingImages: Sendable {
  /// Registry and path of each, such as `docker.io/library/nginx`, sorted.
  var repositories: [String] { get }
  /// Sorted by their bytes.
  func tags(of repository: String) -> [String]
  /// What a tag or a digest names; nil where there is no such manifest in the repository.
  func manifest(_ reference: String, in repository: String) -> Descriptor?
  /// The manifests of a repository that are about another one, with artifact type and annotations; those that a list under
  /// the tag for that names come last, be they named before or not.
  func referrers(of subject: Digest, in repository: String) -> [Descriptor]
  /// Where the bytes of a blob or manifest of any repository stand; may wait for a disk.
  func content(of digest: Digest) -> StoredContent?
}
