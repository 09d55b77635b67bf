import BlobTransfer
import HTTPAccess
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// One place where several images can be asked for. A blob is asked for in the repositories of the images that need it, in
/// turn.
struct SharedSource: BlobSource {
  private let repositories: [RegistrySource]
  /// For each blob, the repositories that should have it.
  private let holders: [Digest: [Int]]
  private let refusals = Refusals()
  let holds: Set<Digest>?

  private final class Refusals: Sendable {
    private let found = Mutex<[Digest: Set<Int>]>([:])

    func note(_ repository: Int, _ digest: Digest) { found.withLock { _ = $0[digest, default: []].insert(repository) } }
    func contain(_ repository: Int, _ digest: Digest) -> Bool {
      found.withLock { $0[digest]?.contains(repository) ?? false }
    }
  }

  init(_ repositories: [RegistrySource], holders: [Digest: [Int]]) {
    self.repositories = repositories
    self.holders = holders
    holds = Set(holders.keys)
  }

  var name: String { repositories.first?.name ?? "" }
  var isMirror: Bool { repositories.first?.isMirror ?? false }
  var isDropped: Bool { repositories.allSatisfy(\.isDropped) }
  func nothingCame(of blob: Descriptor) -> any RetriableFailure { RegistryError(.network(.connectionLost(host: name))) }

  func fetch(
    _ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver
  ) async throws {
    let all = holders[blob.digest] ?? []
    let left = all.filter { !refusals.contain($0, blob.digest) && !repositories[$0].isDropped }
    let asked = left.isEmpty ? all : left
    for holder in asked.dropLast() {
      do {
        return try await repositories[holder].fetch(blob, range: range, lane: lane, receiver: receiver)
      } catch let error as RegistryError where [.notFound, .authentication].contains(error.failureClass) {
        // Another image's repository may have it, or may be open to whoever asks.
        refusals.note(holder, blob.digest)
      }
    }
    guard let last = asked.last else { throw RegistryError(.blobNotFound(blob.digest)) }
    try await repositories[last].fetch(blob, range: range, lane: lane, receiver: receiver)
  }
}
