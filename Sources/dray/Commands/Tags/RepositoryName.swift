import DrayMessages
import ImageModel

/// A repository as `dray tags` takes it: a reference without tag and digest.
struct RepositoryName: Sendable, Hashable {
  let reference: ImageReference

  init(parsing text: String) throws {
    let reference = try ImageReference(parsing: text)
    // Where a tag can be added there was none.
    guard reference.digest == nil, (try? ImageReference(parsing: "\(text):x")) != nil else {
      throw UsageError.repositoryWithTag(text)
    }
    self.reference = try reference.with(tag: nil)
  }
}
