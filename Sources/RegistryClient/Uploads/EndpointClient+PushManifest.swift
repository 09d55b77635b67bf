import HTTPAccess
import ImageModel
import NIOHTTP1

/// What a registry said to a manifest that it took.
package struct ManifestReceipt: Sendable {
  /// Whether it lists the manifest as a referrer of its subject (`OCI-Subject`); where not, nobody finds it there.
  package let listsReferrer: Bool
  /// What its `Warning` headers say.
  package let warnings: [String]
}

extension EndpointClient {
  /// Puts a manifest or an index into a repository (distribution-spec "Pushing manifests"), byte for byte, and makes sure that
  /// it is there: a portal or a proxy says yes to everything.
  ///
  /// - Parameters:
  ///   - bytes: its own.
  ///   - reference: the tag that it gets, or its digest.
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func pushManifest(
    _ repository: String, _ bytes: [UInt8], _ descriptor: Descriptor, as reference: ManifestReference
  ) async throws -> ManifestReceipt {
    var request = TransportRequest(
      .PUT, try url(repository, "manifests/\(reference.text)"),
      headers: ["content-type": descriptor.mediaType.rawValue], body: .bytes(bytes))
    request.awaitsCommit = true
    request.mayBeRepeated = true
    return try await retrier.run { [request] in
      try await self.pushManifestOnce(request, repository, bytes, descriptor, as: reference)
    }
  }

  private func pushManifestOnce(
    _ request: TransportRequest, _ repository: String, _ bytes: [UInt8], _ descriptor: Descriptor,
    as reference: ManifestReference
  ) async throws -> ManifestReceipt {
    let digest = descriptor.digest
    let answer: Answer
    do { answer = try await write(request, repository, success: [200, 201, 202, 204]) } catch let error as RegistryError
    {
      // A tag that may not be given twice would refuse the second try of what the first one did.
      guard error.isTransient, try await isStored(bytes, digest, repository, reference) else { throw error }
      return ManifestReceipt(listsReferrer: false, warnings: [])
    }
    let tag: String? = if case .tag(let tag) = reference { tag } else { nil }
    switch answer.response.status {
    case 200, 201, 202, 204: break
    case 499, 500...599:
      let error = failure(of: answer, repository, tag: tag)
      guard try await isStored(bytes, digest, repository, reference) else { throw error }
    default: throw manifestFailure(of: answer, repository, bytes, descriptor, tag: tag)
    }
    let headers = answer.response.headers
    let told = answer.headerDigest
    if answer.response.status != 201 || told == nil || told?.algorithm != digest.algorithm {
      guard try await isStored(bytes, digest, repository, reference) else {
        throw answer.failure(.upload(.notStored(digest)))
      }
    } else if let told, told != digest {
      throw answer.failure(.upload(.digestDiffers(expected: digest, found: told)))
    }
    return ManifestReceipt(
      listsReferrer: headers.contains(name: "oci-subject"), warnings: WarningHeader.texts(in: headers["warning"]))
  }

  /// A registry calls what a tag stands for by its SHA-256, also where it was sent by another digest.
  private func isStored(
    _ bytes: [UInt8], _ digest: Digest, _ repository: String, _ reference: ManifestReference
  ) async throws -> Bool {
    guard let stored = try await storedDigest(repository, reference) else { return false }
    return stored == digest || stored == Digest.hash(bytes, algorithm: stored.algorithm)
  }

  private func manifestFailure(
    of answer: Answer, _ repository: String, _ bytes: [UInt8], _ manifest: Descriptor, tag: String?
  ) -> RegistryError {
    let error = failure(of: answer, repository, tag: tag)
    let status = answer.response.status
    let missing: Set = ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"]
    if [400, 404].contains(status), !missing.isDisjoint(with: answer.sorter.errorCodes) {
      return error.because(.upload(.contentMissing))
    }
    switch error.reason {
    // Said in so many words, whatever the manifest is.
    case .upload(.tagImmutable), .upload(.quotaExceeded), .upload(.readOnly), .upload(.nameMissing): return error
    default: break
    }
    let refused = UploadFailure(
      refused: manifest, bytes, status: status, words: error.answer?.words ?? [], host: endpoint.origin.description)
    if let refused { return error.because(.upload(refused)) }
    if case .upload = error.reason { return error }
    switch status {
    case 400: return error.because(.upload(.manifestRefused(status: 400)))
    // Where there was no blob to send, this is the first that is written. ECR says 405 to manifests that it does not like.
    case 405 where !uploadHabits.takesPushes: return beginningFailure(of: answer, repository)
    case 405, 415, 422: return error.because(.upload(.manifestRefused(status: status)))
    default: return error
    }
  }
}
