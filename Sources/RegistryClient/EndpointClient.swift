import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth
import Synchronization
import Waiting

/// Speaks the OCI distribution API with one endpoint: authenticates, follows redirects, retries, and checks what
/// comes. It stores nothing on disk.
public final class EndpointClient: Sendable {
  public let endpoint: RegistryEndpoint
  let transport: any HTTPTransport
  let authenticator: Authenticator
  package let retrier: Retrier
  let blobAddresses: BlobAddresses
  /// Whether the endpoint has answered 400 to the query (`ns`) that names the registry which it stands for. containerd's
  /// configuration wants it sent; it is in no specification.
  private let refusesNamespace = Atomic(false)
  let uploadHabits: UploadHabits
  let uploadSettings: UploadSettings
  let uploadSlots = UploadSlots()
  /// What is pushed waits together where the registry asks for patience, whatever request it asked.
  let uploadPatience: PatienceGate

  package init(
    endpoint: RegistryEndpoint, transport: any HTTPTransport, authenticator: Authenticator, retrier: Retrier,
    uploads: UploadSettings = UploadSettings()
  ) {
    uploadSettings = uploads
    uploadPatience = PatienceGate(stopwatch: Stopwatch(retrier.clock), limit: retrier.policy.longestPatience)
    uploadHabits = UploadHabits(host: endpoint.origin.host)
    blobAddresses = BlobAddresses(clock: retrier.clock)
    self.endpoint = endpoint
    self.transport = transport
    self.authenticator = authenticator
    self.retrier = retrier
  }

  /// The answer to a request, and which address gave it after redirects.
  struct Answer: Sendable {
    let response: TransportResponse
    let url: AbsoluteURL
    var request: TransportRequest
    let sorter: AnswerSorter

    /// What the request failed of, with the server's words.
    func failure(_ reason: RegistryFailure) -> RegistryError { sorter.error(for: reason, request) }

    /// A web page came where the API's answer should be.
    var webPageError: RegistryError {
      RegistryError(.network(.webPage(host: url.origin.description)), request: request.summary)
    }

    /// Something else came than the list that was asked for.
    var notAListError: RegistryError {
      RegistryError(.network(.malformedResponse(host: url.origin.description, .notAList)), request: request.summary)
    }
  }

  /// What a request failed of where no more is known about it than its answer's status.
  func unsuccessful(_ answer: Answer) -> RegistryError {
    answer.failure(.unsuccessful(answer.response, host: answer.url.origin, now: retrier.now()))
  }

  /// The address of something in a repository.
  ///
  /// - Parameter repository: its name at this endpoint.
  /// - Throws: ``RegistryError`` where the parts make no address.
  func url(_ repository: String, _ path: String) throws -> AbsoluteURL {
    guard let url = AbsoluteURL(origin: endpoint.origin, target: "\(endpoint.apiPath)/\(repository)/\(path)") else {
      throw RegistryError(.network(.unexpectedStatus(status: 0)))
    }
    guard let namespace = endpoint.namespace, !refusesNamespace.load(ordering: .relaxed) else { return url }
    return url.appending(query: [("ns", namespace)])
  }

  /// Sends a request with what lets it in, following redirects, and once more after each of at most two renewals. Where the
  /// endpoint itself answers 400 to one with `ns`, it is sent without; that this helped is remembered.
  ///
  /// - Parameter asks: told each address before it is asked.
  func send(
    _ original: TransportRequest, scope: TokenScope, success: Set<Int>,
    asks: @escaping @Sendable (AbsoluteURL) -> Void = { _ in },
    receiver: @Sendable () -> any ResponseReceiver
  ) async throws -> Answer {
    var request = original
    let hasBody = if case .none = request.body { false } else { true }
    var authorization = try await RegistryError.ofLogin {
      try await authenticator.turn(for: scope, hasBody ? .body : .request)
    }
    var renewals = 0
    while true {
      var answer = try await attempt(
        request, authorization: authorization, scope: scope,
        sorter: AnswerSorter(success: success, receiver: receiver()),
        asks: asks)
      switch answer.response.status {
      case 400 where answer.url == request.url:
        if let plain = endpoint.withoutNamespace(request.url) {
          request.url = plain
          continue
        }
      case 401 where answer.url.origin == endpoint.origin:
        guard renewals < 2 else {
          await authenticator.tried(authorization, for: scope, status: 401)
          throw await refusal(answer, scope: scope, used: authorization)
        }
        renewals += 1
        authorization = try await renewed(authorization, after: answer, scope)
        continue
      case 403 where answer.url == request.url && !request.isWriting:
        guard
          let fallback = try await RegistryError.ofLogin({
            try await authenticator.anonymousFallback(for: scope, used: authorization)
          })
        else { break }
        let second = try await follow(
          request, authorization: fallback.authorization, sorter: AnswerSorter(success: success, receiver: receiver()),
          asks: asks)
        guard success.contains(second.response.status) else { break }
        await authenticator.useAnonymousToken(fallback, for: scope)
        answer = second
      // A limit counts accounts, or addresses.
      case 429: answer.request.provesLogin = await authenticator.provesLogin(scope)
      default: break
      }
      if request.url != original.url, answer.response.status != 400 { refusesNamespace.store(true, ordering: .relaxed) }
      return answer
    }
  }

  /// Follows redirects, and tells what became of a password but for a 401 of the endpoint, which leads to a question.
  private func attempt(
    _ request: TransportRequest, authorization: Authorization?, scope: TokenScope, sorter: AnswerSorter,
    asks: (AbsoluteURL) -> Void
  ) async throws -> Answer {
    guard case .basic = authorization else {
      return try await follow(request, authorization: authorization, sorter: sorter, asks: asks)
    }
    let answer: Answer
    do { answer = try await follow(request, authorization: authorization, sorter: sorter, asks: asks) } catch {
      await authenticator.tried(authorization, for: scope, status: nil)
      throw error
    }
    let status = answer.response.status
    if status != 401 || answer.url.origin != endpoint.origin {
      await authenticator.tried(authorization, for: scope, status: status == 401 ? nil : status)
    }
    return answer
  }

  /// What to send after a 401.
  private func renewed(
    _ used: Authorization?, after answer: Answer, _ scope: TokenScope
  ) async throws -> Authorization? {
    let challenges = Challenge.parse(answer.response.headers["www-authenticate"])
    do {
      return try await RegistryError.ofLogin {
        try await authenticator.turn(for: scope, .unauthorized(used: used, challenges))
      }
    } catch let error as RegistryError {
      switch error.reason {
      case .auth(.unknownChallenge): throw await refusal(answer, scope: scope, used: used)
      // Where nobody was asked, the registry's words are the only ones.
      case .auth(.loginRequired), .auth(.credentialsRefused), .auth(.accessDenied):
        throw error.request == nil ? answer.failure(error.reason) : error
      default: throw error
      }
    }
  }

  private func refusal(_ answer: Answer, scope: TokenScope, used: Authorization?) async -> RegistryError {
    RegistryError(answer.sorter.error(for: await authenticator.refusal(scope, used: used), answer.request))
  }

  func follow(
    _ original: TransportRequest, authorization: Authorization?, sorter: AnswerSorter,
    asks: (AbsoluteURL) -> Void = { _ in }
  ) async throws -> Answer {
    var redirects = RedirectPolicy(from: original.url)
    var request = original
    while true {
      request.headers = original.headers
      // Bytes as they are stored: every digest is of those.
      request.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
      if request.url.origin == endpoint.origin, redirects.hops == 0 {
        for field in endpoint.headers { request.headers.replaceOrAdd(name: field.name, value: field.value) }
      }
      // A signed address carries its own permission, and storage refuses a request that carries two.
      if request.url.origin == endpoint.origin, redirects.hops == 0 || !request.url.isSigned {
        authorization?.apply(to: &request.headers)
      }
      asks(request.url)
      let response: TransportResponse
      do { response = try await transport.send(request, to: sorter) } catch { throw failure(error, of: request) }
      guard RedirectPolicy.isRedirect(response.status) else {
        return Answer(response: response, url: request.url, request: request, sorter: sorter)
      }
      guard !request.isWriting || [307, 308].contains(response.status) else {
        throw RegistryError(
          .network(
            .redirectRefused(
              from: request.url.redacted, to: redirects.shownTarget(of: response), .changesMethod)),
          request: request.summary)
      }
      do {
        request.url = try redirects.next(after: response)
      } catch {
        throw error.with(RegistryFailure.network(error.reason)).about(request.summary)
      }
    }
  }

  /// What a request failed of that may have gone to where the registry sends its clients for the bytes: who cannot reach that must
  /// know what it is.
  func failure(_ error: any Error, of request: TransportRequest) -> any Error {
    guard let error = error as? TransportError else { return error }
    let (origin, failure) = (request.url.origin, error.reason)
    guard origin != endpoint.origin, failure.isWithoutConnection else {
      return error.with(RegistryFailure.network(failure))
    }
    return error.with(RegistryFailure.storageUnreachable(storage: origin.description, failure))
  }
}
