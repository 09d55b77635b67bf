import ImageModel
import Synchronization

/// What images were before they were written anew in several steps: people are told of the first digest and of the last.
final class DigestChanges: Sendable {
  private let former = Mutex<[Digest: Digest]>([:])

  func note(from former: Digest, to digest: Digest) { self.former.withLock { $0[digest] = former } }

  /// The digest that an image had before the first step; its own where it was written anew in none.
  func original(of digest: Digest) -> Digest {
    former.withLock { former in
      var (found, seen): (Digest, Set<Digest>) = (digest, [digest])
      while let before = former[found], seen.insert(before).inserted { found = before }
      return found
    }
  }
}
