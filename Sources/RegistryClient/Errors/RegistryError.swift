import HTTPAccess
import ImageModel
import RegistryAuth

/// Why a conversation with a registry failed, about which request, and in which words the server put it.
public typealias RegistryError = RequestError<RegistryFailure>

public enum RegistryFailure: FailureReason {
  /// The network, or a status that means the same for all servers.
  case network(TransportFailure)
  /// Storage behind a redirect refuses every fresh address that the registry gives.
  case storageRefused(host: String, status: Int)
  /// The registry keeps its blobs elsewhere, and that cannot be reached from here.
  case storageUnreachable(storage: String, TransportFailure)

  /// Nobody is let in, or not to this.
  case auth(AuthFailure)

  // Not found
  case repositoryNotFound
  case manifestNotFound
  case blobNotFound(Digest)

  /// The registry does not list its repositories, or not to this user.
  case listNotOffered(host: String)
  /// The registry takes no tags away, or not this way.
  case tagsNotDeleted(host: String)
  /// The registry takes manifests away by their digest alone, and something else there needs this one: another tag, or the
  /// index of one.
  case manifestInUse(Digest, tag: String)

  // Integrity
  case manifestDigestMismatch(expected: Digest, found: Digest)
  /// The `Docker-Content-Digest` header does not belong to the body.
  case headerDigestMismatch(header: Digest, found: Digest)
  /// A blob is not what its digest says, twice from the same source.
  case blobDigestMismatch(expected: Digest, found: Digest)
  case sizeMismatch(Digest, expected: Int64, found: Int64)

  // Refused
  /// More bytes than the descriptor says.
  case bodyTooLong(Digest, size: Int64)
  case listRefused(host: String, ListRefusal)
  /// A layer is kept at an address that is not asked: only those of HTTPS are.
  case foreignAddressRefused(String)

  // Writing
  case upload(UploadFailure)

  public var failureClass: FailureClass {
    switch self {
    case .network(let failure): failure.failureClass
    case .auth(let failure): failure.failureClass
    case .upload(let failure): failure.failureClass
    case .storageRefused, .storageUnreachable: .network
    case .repositoryNotFound, .manifestNotFound, .blobNotFound: .notFound
    case .listNotOffered, .tagsNotDeleted: .unsupported
    case .manifestDigestMismatch, .headerDigestMismatch, .blobDigestMismatch, .sizeMismatch: .integrity
    case .bodyTooLong, .listRefused, .foreignAddressRefused, .manifestInUse: .refused
    }
  }

  public var isTransient: Bool {
    switch self {
    case .network(let failure): failure.isTransient
    case .storageUnreachable(_, let failure): failure.isTransient
    case .upload(let failure): failure.isTransient
    default: false
    }
  }

  public var isAbsence: Bool {
    if case .blobNotFound = self { true } else { false }
  }

  public var network: TransportFailure? { if case .network(let failure) = self { failure } else { nil } }
}

extension RegistryError {
  package init(_ error: AuthError) {
    self = error.with(error.reason.network.map { .network($0) } ?? .auth(error.reason))
  }

  /// Runs what logs in, and lets its failures be the registry's.
  ///
  /// - Throws: what `body` throws.
  static func ofLogin<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as AuthError { throw RegistryError(error) }
  }

  /// The same failure of the same request, better explained.
  func because(_ reason: RegistryFailure) -> RegistryError { with(reason) }
}
