import RegistryClient

@testable import ImageTransfer
@testable import dray

extension MessageSamples {
  static let doctor: [MessageSample] =
    DoctorMark.allCases.map { .init("doctor mark \($0)", $0) }
    + findings.enumerated().flatMap { index, finding in
      let words = DoctorPhrase(finding: finding)
      return [MessageSample("doctor \(index)", words)] + (words.hint.map { [hint("doctor \(index) hint", $0)] } ?? [])
    }

  private struct Words: Phrased, Sendable {
    let phrase: Phrase
  }

  private static func hint(_ name: String, _ phrase: Phrase) -> MessageSample { .init(name, Words(phrase: phrase)) }

  private static let host = "harbor.example.com"
  private static let findings: [DoctorFinding] =
    [
      .init(check: .name, verdict: .ok, detail: .addresses(host: host, ["10.0.0.7", "fd00::7"])),
      .init(check: .tls, verdict: .warning, detail: .certificate(issuer: "Example CA", notAfter: 1_772_355_900)),
      .init(check: .tls, verdict: .warning, detail: .plainHTTP(host: "http://\(host)")),
      .init(
        check: .authority, verdict: .warning,
        detail: .offeredAuthority(
          address: "https://\(host)/api/v2.0/systeminfo/getcert", fingerprint: Samples.digest)),
      .init(check: .proxy, verdict: .ok, detail: .proxied(host: host)),
      .init(check: .api, verdict: .ok, detail: .greeting(status: 200, schemes: [])),
      .init(check: .api, verdict: .ok, detail: .greeting(status: 401, schemes: ["bearer"])),
      .init(check: .realm, verdict: .ok, detail: .realm("https://\(host)/service/token")),
      .init(check: .login, verdict: .ok, detail: .login(.proven, .commandLine)),
      .init(check: .login, verdict: .warning, detail: .login(.notAsked, .commandLine)),
      .init(check: .login, verdict: .ok, detail: .login(nil, nil)),
      .init(check: .clock, verdict: .warning, detail: .clock(ahead: 3_600)),
    ]
    + [RateLimit(limit: nil, remaining: "76")].compactMap { $0 }.map {
      .init(check: .pulls, verdict: .ok, detail: .pulls($0))
    }
}
