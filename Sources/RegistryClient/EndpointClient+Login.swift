import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// What a registry said to a name and a password.
  public enum LoginCheck: Sendable, Hashable {
    /// It lets nobody in without, and let these in.
    case proven
    /// It lets everybody in: nothing is known about the password.
    case notAsked
  }

  /// Asks the registry whether it takes a credential (distribution-spec "Determining support": `/v2/`).
  ///
  /// - Throws: ``RegistryError``: `credentialsRefused` where it does not; `CancellationError`.
  public func checkLogin(_ credential: FoundCredential) async throws -> LoginCheck {
    try await retrier.run { try await self.checkLoginOnce(credential) }
  }

  private func checkLoginOnce(_ credential: FoundCredential) async throws -> LoginCheck {
    let stranger = try await base(authorization: nil)
    let challenges = Challenge.parse(stranger.response.headers["www-authenticate"])
    guard try isLetIn(stranger) || !challenges.isEmpty else {
      throw stranger.failure(.auth(.unknownChallenge(host: endpoint.origin.description)))
    }
    let proof = try await RegistryError.ofLogin {
      try await authenticator.proof(of: credential, challenges: challenges)
    }
    let answer = try await base(authorization: proof)
    guard try isLetIn(answer) else {
      throw answer.failure(.auth(.credentialsRefused(host: endpoint.origin.description, origin: credential.origin)))
    }
    return stranger.response.status == 200 ? .notAsked : .proven
  }

  func base(authorization: Authorization?) async throws -> Answer {
    guard let url = AbsoluteURL(origin: endpoint.origin, target: "/v2/") else {
      throw RegistryError(.network(.unexpectedStatus(status: 0)))
    }
    let page = BodyCollector(limit: 64 << 10, overflow: .truncate)
    let answer = try await follow(
      TransportRequest(.GET, url), authorization: authorization, sorter: AnswerSorter(success: [200], receiver: page))
    guard !page.body.looksLikeHTML else { throw answer.webPageError }
    return answer
  }

  /// - Throws: where the answer is neither yes nor no.
  func isLetIn(_ answer: Answer) throws -> Bool {
    switch answer.response.status {
    case 200: return true
    case 401 where answer.url.origin == endpoint.origin: return false
    // With a challenge it is a no like the other one (RFC 9110 §15.5.4).
    case 403 where answer.request.headers.contains(name: "authorization"): return false
    case 404 where answer.sorter.errorLooksLikeHTML:
      throw answer.failure(.network(.webPage(host: answer.url.origin.description)))
    default: throw unsuccessful(answer)
    }
  }
}

extension EndpointClient {
  /// Where the stored credentials for a repository are that were refused, so that it was asked for without them; nil
  /// where nothing like that happened.
  public func originOfRefusedLogin(_ repository: String) async -> CredentialOrigin? {
    await authenticator.originOfRejectedLogin(.pull(repository))
  }
}
