import HTTPAccess
import NIOHTTP1

/// What a request carries to be let in. It has no readable description, so that it cannot be logged by accident.
package enum Authorization: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  case basic(username: String, password: String)
  case bearer(String)
  /// A Harbor session: the `sid` cookie, beside a bearer header that only has to be there.
  case session(cookie: String)

  /// What a registry without a token service is sent; nil where it could do nothing with it.
  init?(_ found: FoundCredential) {
    switch found.credential {
    case .password(let username, let password): self = .basic(username: username, password: password)
    case .registryToken(let token): self = .bearer(token)
    case .identityToken: return nil
    }
  }

  package func apply(to headers: inout HTTPHeaders) {
    switch self {
    case .basic(let username, let password):
      headers.replaceOrAdd(name: "authorization", value: BasicCredentials.value(username: username, password: password))
    case .bearer(let token):
      headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)")
    case .session(let cookie):
      headers.replaceOrAdd(name: "cookie", value: cookie)
      // Harbor challenges every request without this header, whatever the session allows; it ignores an unknown
      // token when the session is good.
      headers.replaceOrAdd(name: "authorization", value: "Bearer session")
    }
  }

  package var description: String { "authorization" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
