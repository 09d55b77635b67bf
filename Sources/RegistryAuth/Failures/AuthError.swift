import HTTPAccess
import ImageModel

/// Why nothing was found that lets a request in.
public typealias AuthError = RequestError<AuthFailure>

public enum AuthFailure: FailureReason {
  /// The network, or a status that means the same for all servers.
  case network(TransportFailure)
  /// The registry wants a login and there are no credentials for it in the places that were looked at.
  case loginRequired(host: String, searched: [CredentialPlace] = [])
  /// The registry or its token service refuses these credentials.
  case credentialsRefused(host: String, origin: CredentialOrigin)
  /// Harbor's web page takes no robot's name, so that there is no session for it.
  case noSessionForRobots(host: String, origin: CredentialOrigin)
  /// The registry knows who asks, and does not let him have this.
  case accessDenied(host: String, origin: CredentialOrigin?)
  case unknownChallenge(host: String)
  case malformedToken(host: String, TokenFault)
  /// The token service that the registry names cannot be reached.
  case realmUnreachable(realm: String, TransportFailure)
  case realmRefused(realm: String, RealmRefusal)

  public var failureClass: FailureClass {
    switch self {
    case .network(let failure): failure.failureClass
    case .loginRequired, .credentialsRefused, .noSessionForRobots, .accessDenied, .unknownChallenge, .malformedToken:
      .authentication
    case .realmUnreachable: .network
    case .realmRefused: .refused
    }
  }

  public var isTransient: Bool { network?.isTransient ?? false }

  public var network: TransportFailure? { if case .network(let failure) = self { failure } else { nil } }
}

extension AuthError {
  /// The same failure of the same request, better explained.
  func because(_ reason: AuthFailure) -> AuthError { with(reason) }

  /// Whether it took a while to find out that nobody answers.
  var isSilence: Bool { reason.network?.isSilence ?? false }

  /// Whether the host never answered at all.
  var isUnreachable: Bool { reason.network?.isUnreachable ?? false }
}

extension AnswerSorter {
  func failure(_ reason: AuthFailure, _ request: TransportRequest) -> AuthError { error(for: reason, request) }
}
