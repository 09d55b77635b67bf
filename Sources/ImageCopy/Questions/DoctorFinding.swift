import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient

/// One thing that was looked at, on the way to a registry.
package struct DoctorFinding: Sendable {
  package let check: Check
  package let verdict: Verdict
  package let detail: Detail

  package init(check: Check, verdict: Verdict, detail: Detail) {
    (self.check, self.verdict, self.detail) = (check, verdict, detail)
  }

  package enum Check: String, Sendable, CaseIterable {
    case configuration, mirror, name, tls, authority, proxy, api, realm, login, clock, pulls
  }

  package enum Verdict: String, Sendable {
    case ok
    case warning
    case failure
  }

  /// Texts in it are foreign: escape them before they are shown.
  package enum Detail: Sendable {
    case addresses(host: String, [String])
    case encrypted(address: String?, protocolName: String?, ServerCertificate)
    case plainHTTP(host: String, address: String?)
    /// The certificate of an authority that the server offers.
    case offeredAuthority(address: String, fingerprint: Digest)
    case proxied(host: String, Proxy)
    /// A proxy that docker's client hands to containers, and that nothing goes through here.
    case containerProxy(Provenance)
    /// A place that is asked before the registry, and what it answers.
    case mirror(String, Provenance, status: Int, schemes: [String])
    case mirrorFailed(String, Provenance, any ClassifiedError)
    case greeting(status: Int, schemes: [String])
    case realm(String)
    /// Whose password was accepted, and where it came from; nil where there was none to try.
    case login(EndpointClient.LoginCheck?, CredentialOrigin?)
    /// How many seconds the server's clock is ahead.
    case clock(ahead: Int64)
    /// `mirror` is nil for the registry itself.
    case pulls(RateLimit, mirror: String?)
    case failed(any ClassifiedError)
  }
}
