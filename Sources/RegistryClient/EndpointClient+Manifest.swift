import HTTPAccess
import ImageModel
import NIOHTTP1
import Synchronization

/// A manifest or an index as the registry holds it, byte for byte, with its digest checked.
public struct FetchedManifest: Sendable {
  public let bytes: [UInt8]
  public let digest: Digest
  /// The answer's `Content-Type`, without parameters.
  public let contentType: MediaType?
  /// What the registry's `Warning` headers say (distribution-spec "Warnings").
  public let warnings: [String]
  /// How many pulls the registry still allows, where it says so.
  public let rateLimit: RateLimit?
}

extension EndpointClient {
  /// Longest manifest or index that is read, in bytes.
  public static let manifestLimit = 8 << 20

  /// What a manifest is asked for by.
  public enum ManifestReference: Sendable, Hashable {
    case tag(String)
    case digest(Digest)

    /// What a reference names: its digest, which counts before a tag.
    package init(_ reference: ImageReference) {
      self = reference.digest.map { .digest($0) } ?? .tag(reference.tag ?? "latest")
    }

    var text: String {
      switch self {
      case .tag(let tag): tag
      case .digest(let digest): digest.description
      }
    }
  }

  /// Fetches a manifest or an index (distribution-spec "Pulling manifests"), with every type accepted.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  public func manifest(_ repository: String, _ reference: ManifestReference) async throws -> FetchedManifest {
    try await retrier.run { try await self.manifestOnce(repository, reference) }
  }

  func manifestOnce(_ repository: String, _ reference: ManifestReference) async throws -> FetchedManifest {
    func ask(accepting types: [MediaType]) async throws -> (Answer, [UInt8]) {
      let request = TransportRequest(
        .GET, try url(repository, "manifests/\(reference.text)"), headers: ["accept": MediaType.list(types)])
      let body = LastBody(limit: Self.manifestLimit)
      let answer = try await send(request, scope: .pull(repository), success: [200], receiver: { body.next() })
      return (answer, body.bytes)
    }
    let (answer, bytes) = try await ask(accepting: MediaType.acceptedManifests)
    guard answer.response.status == 200 else { throw manifestFailure(answer) }
    // Some registries prefer schema 1 as soon as it is named at all; and one from that time knows Docker's types alone, and may
    // take OCI's `manifest.v1` for it.
    if isSchema1(bytes, of: answer) {
      for types in [MediaType.readableManifests, [.dockerManifestList, .dockerManifest]] {
        let (other, otherBytes) = try await ask(accepting: types)
        if other.response.status == 200, !isSchema1(otherBytes, of: other) {
          return try checked(otherBytes, answer: other, reference: reference)
        }
      }
    }
    return try checked(bytes, answer: answer, reference: reference)
  }

  private func isSchema1(_ bytes: [UInt8], of answer: Answer) -> Bool {
    if let type = answer.contentType, type.isManifest { return type.isSchema1 }
    do {
      _ = try ManifestDocument(parsing: bytes, contentType: nil)
      return false
    } catch { return error == .schema1 }
  }

  private func checked(
    _ received: [UInt8], answer: Answer, reference: ManifestReference
  ) throws -> FetchedManifest {
    let bytes = try decoded(received, answer: answer, reference: reference)
    let contentType = answer.contentType
    if bytes.looksLikeHTML { throw answer.webPageError }
    if contentType?.isManifest != true, let failure = errorInside(bytes, of: answer) { throw failure }
    let header = answer.headerDigest
    let digest: Digest
    switch reference {
    case .digest(let expected):
      digest = Digest.hash(bytes, algorithm: expected.algorithm)
      guard digest == expected else {
        throw RegistryError(
          .manifestDigestMismatch(expected: expected, found: digest), request: answer.request.summary)
      }
    case .tag:
      digest = Digest.hash(bytes, algorithm: header?.algorithm ?? .sha256)
      if let header, header != digest {
        throw RegistryError(.headerDigestMismatch(header: header, found: digest), request: answer.request.summary)
      }
    }
    let warnings = WarningHeader.texts(in: answer.response.headers["warning"])
    return FetchedManifest(
      bytes: bytes, digest: digest, contentType: contentType, warnings: warnings,
      rateLimit: RateLimit(answer.response.headers))
  }

  /// The bytes that the digest is of. They were asked for as they are; a proxy may have encoded them all the same, or
  /// only say that it has.
  private func decoded(
    _ bytes: [UInt8], answer: Answer, reference: ManifestReference
  ) throws -> [UInt8] {
    let encoding = ContentEncoding(answer.response.headers)
    guard encoding != .identity else { return bytes }
    let expected: Digest? = if case .digest(let digest) = reference { digest } else { answer.headerDigest }
    if let expected, Digest.hash(bytes, algorithm: expected.algorithm) == expected { return bytes }
    do {
      return try encoding.decode(bytes, limit: Self.manifestLimit)
    } catch {
      throw RegistryError(.network(error.reason(host: answer.url.origin)), request: answer.request.summary)
    }
  }

  private func manifestFailure(_ answer: Answer) -> RegistryError {
    switch answer.response.status {
    case 404 where answer.sorter.errorLooksLikeHTML:
      answer.failure(.network(.webPage(host: answer.url.origin.description)))
    case 404:
      answer.failure(answer.sorter.errorCodes.contains("NAME_UNKNOWN") ? .repositoryNotFound : .manifestNotFound)
    default: unsuccessful(answer)
    }
  }
}

extension EndpointClient {
  /// What an answer with status 200 says that holds the specification's errors all the same, as some gateways send it; nil
  /// where it holds none.
  func errorInside(_ bytes: [UInt8], of answer: Answer) -> RegistryError? {
    guard bytes.count <= RegistryErrorBody.sizeLimit else { return nil }
    let codes = RegistryErrorBody(parsing: bytes).entries.map(\.code)
    guard !codes.isEmpty else { return nil }
    let reason: RegistryFailure =
      if codes.contains("MANIFEST_UNKNOWN") { .manifestNotFound } else if codes.contains("NAME_UNKNOWN") {
        .repositoryNotFound
      } else if codes.contains("TOOMANYREQUESTS") {
        .network(.rateLimited(host: answer.url.origin.description, until: nil))
      } else if codes.contains("DENIED") || codes.contains("UNAUTHORIZED") {
        .network(.forbidden(status: answer.response.status))
      } else { .network(.unexpectedStatus(status: answer.response.status)) }
    return answer.sorter.error(for: reason, answer.request, in: answer.response, body: bytes)
  }
}

extension MediaType {
  /// The value of an `Accept` header.
  static func list(_ types: [MediaType]) -> String { types.map(\.rawValue).joined(separator: ", ") }

  /// A manifest of any kind.
  fileprivate var isManifest: Bool { isIndex || isImageManifest || isSchema1 }
}

extension EndpointClient.Answer {
  /// The `Content-Type`, without parameters.
  var contentType: MediaType? {
    response.headers.first(name: "content-type").flatMap { MediaType(contentType: $0) }
  }

  /// What the registry says that the digest is.
  var headerDigest: Digest? {
    response.headers.first(name: "docker-content-digest").flatMap { try? Digest(parsing: $0) }
  }
}

/// The body of the last of several tries.
final class LastBody: Sendable {
  private let limit: Int
  private let current = Mutex<BodyCollector?>(nil)

  init(limit: Int) {
    self.limit = limit
  }

  func next() -> BodyCollector {
    let collector = BodyCollector(limit: limit)
    current.withLock { $0 = collector }
    return collector
  }

  var bytes: [UInt8] { current.withLock { $0?.body ?? [] } }
}
