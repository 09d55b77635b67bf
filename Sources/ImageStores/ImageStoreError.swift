import ImageModel
import Waiting

/// Why a place does not give what it has, or says that it has.
package enum ImageStoreError: ClassifiedError, Hashable {
  /// The bytes are not those of the digest. Nothing of them counts.
  case wrongBytes(Digest, place: String)
  /// What was there is there no more, or never was.
  case missing(Digest, place: String)
  case nameMissing(String, place: String)

  package var failureClass: FailureClass {
    switch self {
    case .wrongBytes, .missing: .integrity
    case .nameMissing: .notFound
    }
  }
}

extension ImageStoreError: RetriableFailure {
  package var kind: FailureKind {
    if case .missing = self { .absent } else { .final }
  }

  package var tries: Int { 1 }

  package func after(tries: Int) -> ImageStoreError { self }

  package func outOfPatience(waited: Duration) -> ImageStoreError { self }
}
