import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

/// What `/v2/` answers to somebody who is not logged in: the first question to a registry that gives trouble.
package struct RegistryGreeting: Sendable {
  package let status: Int
  /// The schemes of its challenges, in lower case.
  package let schemes: [String]
  /// The address of its token service, without a query.
  package let realm: String?
  /// How many seconds the server's clock is ahead of this machine's; nil where it does not say.
  package let clockAhead: Int64?
  /// How much the registry gives within a time, where it says so even here.
  package let rateLimit: RateLimit?
  let challenges: [Challenge]

  /// Whether the registry is a Harbor: the name of its token service is fixed.
  package var isHarbor: Bool {
    challenges.lazy.compactMap(BearerChallenge.init).contains(where: \.isHarbor)
  }

  /// Whether the registry is a Quay: quay.io, or one of somebody's own.
  var isQuay: Bool { challenges.lazy.compactMap(BearerChallenge.init).contains(where: \.isQuay) }
}

extension EndpointClient {
  /// - Throws: ``RegistryError`` where there is no answer, or one that is no registry's; `CancellationError`.
  package func greeting() async throws -> RegistryGreeting {
    let answer = try await base(authorization: nil)
    // What follows takes its time.
    let now = retrier.now()
    let challenges = Challenge.parse(answer.response.headers["www-authenticate"])
    guard answer.response.status == 200 || !challenges.isEmpty else { throw unsuccessful(answer) }
    let date = answer.response.headers.first(name: "date").flatMap { HTTPDate(parsing: $0, now: now) }
    return RegistryGreeting(
      status: answer.response.status, schemes: challenges.map(\.scheme),
      realm: challenges.lazy.compactMap(BearerChallenge.init).first.map {
        AbsoluteURL(parsing: $0.realm)?.redacted ?? String($0.realm.prefix { $0 != "?" }.prefix(256))
      },
      clockAhead: date.map { $0.seconds - now }, rateLimit: RateLimit(answer.response.headers), challenges: challenges)
  }

  /// Asks the token service for an anonymous token: whether it can be reached from here, and may be asked.
  ///
  /// - Throws: ``RegistryError`` where it cannot; a service that wants a login has been reached.
  package func reachRealm(_ greeting: RegistryGreeting) async throws {
    guard let challenge = greeting.challenges.lazy.compactMap(BearerChallenge.init).first else { return }
    do { try await RegistryError.ofLogin { try await authenticator.reach(challenge) } } catch let error as RegistryError
    {
      switch error.reason {
      case .auth(.loginRequired), .auth(.credentialsRefused), .auth(.malformedToken): return
      case .network(.unexpectedStatus) where error.answer != nil: return
      default: throw error
      }
    }
  }

  /// What the registry says of the pulls that are left, by a request that is none: HEAD, as Docker Hub wants it; nil where
  /// it says nothing. It may say so in its refusal, too.
  package func pullsLeft() async throws -> RateLimit? {
    do { return try await askForPullsLeft() } catch let error as RegistryError {
      guard let limit = error.answer?.rateLimit else { throw error }
      return limit
    }
  }

  private func askForPullsLeft() async throws -> RateLimit? {
    // Docker Hub's own repository for this. A cache before it passes the question on; elsewhere there is none of this name.
    let repository = "ratelimitpreview/test"
    let request = TransportRequest(
      .HEAD, try url(repository, "manifests/latest"),
      headers: ["accept": MediaType.list(MediaType.acceptedManifests)])
    let answer = try await send(request, scope: .pull(repository), success: [200]) {
      BodyCollector(limit: Self.manifestLimit)
    }
    return RateLimit(answer.response.headers)
  }
}
