import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// Whether a repository has a blob (distribution-spec "Checking if content exists in the registry").
  ///
  /// - Parameter purpose: what else is done there: who pushes asks for no further token.
  /// - Throws: ``RegistryError`` where nobody is let in; `CancellationError`.
  package func presence(
    of blob: Digest, in repository: String, for purpose: Purpose
  ) async throws -> Presence {
    do {
      return try await retrier.run { try await self.presenceOnce(of: blob, in: repository, for: purpose) }
    } catch let error as RegistryError {
      guard error.failureClass == .authentication else { return .unknown(error) }
      guard purpose == .push else { throw error }
      throw await inWords(error, repository)
    }
  }

  /// What a repository is asked for.
  package enum Purpose: Sendable {
    case pull, push

    func scope(_ repository: String) -> TokenScope { self == .pull ? .pull(repository) : .push(repository) }
  }

  /// The same refusal with the registry's words, which no HEAD has: what it says to the beginning of an upload.
  private func inWords(_ refusal: RegistryError, _ repository: String) async -> RegistryError {
    let nothing = Descriptor(mediaType: .ociLayer, digest: .hash([]), size: 0)
    do {
      if case .session(let location, _) = try await beginUpload(repository, nothing) {
        await endUpload(location, repository)
      }
      return refusal
    } catch let spoken as RegistryError {
      return spoken
    } catch {
      return refusal
    }
  }

  private func presenceOnce(
    of blob: Digest, in repository: String, for purpose: Purpose
  ) async throws -> Presence {
    let answer = try await head(repository, "blobs/\(blob)", accept: "*/*", purpose)
    switch answer.response.status {
    case 200 where answer.response.isWebPage:
      throw answer.webPageError
    case 200: return .present
    case 404: return .absent
    default: throw failure(of: answer, repository)
    }
  }

  /// How large a blob is, by HEAD; nil where the registry does not have it, or does not say.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func blobSize(_ blob: Digest, in repository: String) async throws -> Int64? {
    try await retrier.run {
      let answer = try await self.head(repository, "blobs/\(blob)", accept: "*/*", .pull)
      switch answer.response.status {
      case 200: return answer.response.headers.first(name: "content-length").flatMap { Int64($0) }
      case 404: return nil
      default: throw self.failure(of: answer, repository)
      }
    }
  }

  /// What a tag or a digest stands for; nil where it is not there. It is asked for by HEAD: a GET counts as a pull.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func storedDigest(_ repository: String, _ reference: ManifestReference) async throws -> Digest? {
    do {
      return try await retrier.run { try await self.storedDigestOnce(repository, reference) }
    } catch let error as RegistryError {
      guard error.failureClass == .authentication else { throw error }
      throw await inWords(error, repository)
    }
  }

  private func storedDigestOnce(_ repository: String, _ reference: ManifestReference) async throws -> Digest? {
    let accept = MediaType.list(MediaType.acceptedManifests)
    let answer = try await head(repository, "manifests/\(reference.text)", accept: accept, .push)
    switch answer.response.status {
    case 404: return nil
    case 200 where answer.response.isWebPage:
      throw answer.webPageError
    case 200:
      if let digest = answer.headerDigest { return digest }
      return try await manifestOnce(repository, reference).digest
    default: throw self.failure(of: answer, repository)
    }
  }

  private func head(
    _ repository: String, _ path: String, accept: String, _ purpose: Purpose
  ) async throws -> Answer {
    let request = TransportRequest(.HEAD, try url(repository, path), headers: ["accept": accept])
    let ask = {
      try await self.send(request, scope: purpose.scope(repository), success: [200]) {
        BodyCollector(limit: 0, overflow: .truncate)
      }
    }
    return purpose == .push ? try await patiently(repository, ask) : try await ask()
  }

  /// Why a request of a push failed, as far as its answer tells.
  func failure(of answer: Answer, _ repository: String, tag: String? = nil) -> RegistryError {
    explained(unsuccessful(answer), status: answer.response.status, repository, tag: tag)
  }

  func explained(_ error: RegistryError, status: Int, _ repository: String, tag: String? = nil) -> RegistryError {
    let failure = UploadFailure(
      status: status, words: error.answer?.words ?? [], host: endpoint.origin.description, repository: repository,
      tag: tag)
    return failure.map { error.because(.upload($0)) } ?? error
  }
}
