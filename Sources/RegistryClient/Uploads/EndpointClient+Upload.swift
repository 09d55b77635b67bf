import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth
import Synchronization

/// How a blob came to be where it was to go.
package enum UploadOutcome: Sendable, Hashable {
  /// Its bytes were sent.
  case sent
  /// The registry had it in another repository; nil where it does not say in which.
  case mounted(from: String?)
}

extension EndpointClient {
  /// Learns what the registry asks for and logs in, so that the requests that follow need not be turned away first.
  ///
  /// - Throws: ``RegistryError`` where nobody is let in; `CancellationError`.
  package func prepareToPush(_ repository: String) async throws {
    let scope = TokenScope.push(repository)
    let authorization = try await RegistryError.ofLogin { try await authenticator.authorization(for: scope) }
    guard authorization == nil else { return }
    let greeting: RegistryGreeting
    do { greeting = try await self.greeting() } catch is RegistryError {
      // What is wrong, the first request of the push tells better.
      return
    }
    if greeting.isHarbor { uploadSlots.foundHarbor() }
    if greeting.isQuay { uploadHabits.foundQuay() }
    guard greeting.status == 401, !greeting.challenges.isEmpty else { return }
    _ = try await retrier.run { [authenticator] in
      try await RegistryError.ofLogin {
        try await authenticator.authorization(for: scope, .unauthorized(used: nil, greeting.challenges))
      }
    }
  }

  /// Puts a blob into a repository (distribution-spec "Pushing blobs"), by a mount where that is possible.
  ///
  /// Each try has a session of its own: what is left of a broken one cannot be trusted (PUT from byte 0 into it is refused by
  /// ECR, and distribution ends it at the next question).
  ///
  /// - Parameters:
  ///   - body: the blob's bytes.
  ///   - sources: repositories of the registry that may have it, best first.
  ///   - progress: told up to which byte it was handed to the socket; it goes back with each new try.
  /// - Throws: ``RegistryError``; what `body` throws; `CancellationError`.
  package func upload(
    _ repository: String, _ blob: Descriptor, body: UploadBody, mountFrom sources: [String] = [],
    progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> UploadOutcome {
    try await uploadSlots.within(repository) {
      try await self.place(blob, in: repository, body: body, mountFrom: sources, progress: progress)
    }
  }

  private func place(
    _ blob: Descriptor, in repository: String, body: UploadBody, mountFrom sources: [String],
    progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> UploadOutcome {
    switch try await mount(blob, into: repository, from: sources) {
    case .mounted(let source): return .mounted(from: source)
    case .session(let location):
      let session = UploadSession(
        client: self, repository: repository, blob: blob, body: body, meter: UploadMeter(progress))
      return try await send(session, firstLocation: location)
    }
  }

  private func send(_ session: UploadSession, firstLocation: UploadLocation?) async throws -> UploadOutcome {
    let first = Mutex(firstLocation)
    return try await retrier.run {
      let location = first.withLock { location in
        defer { location = nil }
        return location
      }
      return try await session.run(from: location)
    }
  }

  /// What came of the beginning of an upload.
  enum Beginning: Sendable {
    /// - minimum: bytes of a piece that is not the last, by the registry's wish.
    case session(UploadLocation, minimum: Int64)
    /// The registry has the blob in a repository that it does not name.
    case mounted
  }

  /// Begins an upload.
  ///
  /// - Parameter mayMount: the registry may give the blob from any repository that has it (distribution-spec "Mounting a blob
  ///   from another repository"). That costs nothing where it does not.
  /// - Throws: ``RegistryError``; `CancellationError`.
  func beginUpload(
    _ repository: String, _ blob: Descriptor, mayMount: Bool = false
  ) async throws -> Beginning {
    var url = try uploadsURL(repository)
    if blob.digest.algorithm != .sha256 {
      url = url.appending(query: [("digest-algorithm", blob.digest.algorithm.rawValue)])
    }
    let mounts = mayMount && uploadHabits.mayMountFromAnywhere
    if mounts { url = url.appending(query: [("mount", blob.digest.description)]) }
    var request = TransportRequest(.POST, url)
    // A session that nobody uses ends by itself.
    request.mayBeRepeated = true
    let answer = try await write(request, repository, success: [201, 202])
    switch answer.response.status {
    case 201 where mounts: return .mounted
    case 202: uploadHabits.beganUpload()
    case 400, 403, 404, 405, 422, 501:
      guard mounts else { throw beginningFailure(of: answer, repository) }
      let begun = try await beginUpload(repository, blob)
      // It was the mount.
      uploadHabits.refusedMountFromAnywhere()
      return begun
    default: throw failure(of: answer, repository)
    }
    let minimum = answer.response.headers.first(name: "oci-chunk-min-length").flatMap { Int64($0) } ?? 0
    return .session(try location(of: answer), minimum: minimum)
  }

  /// Where nothing can even be begun, the registry takes no pushes; what comes later may be meant for one form of a request.
  func beginningFailure(of answer: Answer, _ repository: String) -> RegistryError {
    let error = failure(of: answer, repository)
    if case .upload = error.reason { return error }
    guard answer.response.status == 405 || answer.sorter.errorCodes.contains("UNSUPPORTED") else { return error }
    return error.because(.upload(.pushNotOffered(host: endpoint.origin.description)))
  }

  func uploadsURL(_ repository: String) throws -> AbsoluteURL { try url(repository, "blobs/uploads/") }

  /// Sends a request that writes, with what lets it in, and once more after each of at most two renewals: a 401 says that
  /// nothing was done.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  func write(
    _ request: TransportRequest, _ repository: String, success: Set<Int>
  ) async throws -> Answer {
    do {
      let isLong = if case .stream = request.body { true } else { false }
      return try await patiently(repository, isLong: isLong) {
        try await send(request, scope: .push(repository), success: success) {
          BodyCollector(limit: 64 << 10, overflow: .truncate)
        }
      }
    } catch let error as RegistryError where error.failureClass == .authentication && error.answer != nil {
      let better = explained(error, status: error.answer?.status ?? 401, repository)
      guard case .auth(.accessDenied) = better.reason else { throw better }
      throw better.because(.upload(.denied(host: endpoint.origin.description, repository: repository)))
    }
  }

  /// - Throws: ``RegistryError``.
  func location(of answer: Answer) throws -> UploadLocation {
    do {
      let location = try UploadLocation(
        answer.response.headers.first(name: "location"), answerTo: answer.url, registry: endpoint.origin)
      if let named = location.named { uploadHabits.foundOtherOrigin(named) }
      return location
    } catch {
      throw RegistryError(.upload(.locationRefused(from: answer.url.redacted, error)), request: answer.request.summary)
    }
  }
}
