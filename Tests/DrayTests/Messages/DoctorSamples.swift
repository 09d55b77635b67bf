@testable import DrayMessages
@testable import HTTPAccess
@testable import ImageCopy
@testable import ImageModel
@testable import RegistryClient
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
  private static let certificate = ServerCertificate(issuer: "Example CA", notAfter: 1_772_355_900)
  private static let file = Provenance.file(path: "/etc/containers/registries.conf", line: 4)
  private static let findings: [DoctorFinding] =
    [
      .init(check: .name, verdict: .ok, detail: .addresses(host: host, ["10.0.0.7", "fd00::7"])),
      .init(
        check: .tls, verdict: .warning,
        detail: .encrypted(address: "10.0.0.7", protocolName: "TLS 1.3", certificate)),
      .init(check: .tls, verdict: .warning, detail: .plainHTTP(host: "http://\(host)", address: "10.0.0.7")),
      .init(
        check: .authority, verdict: .warning,
        detail: .offeredAuthority(
          address: "https://\(host)/api/v2.0/systeminfo/getcert", fingerprint: Samples.digest)),
      .init(check: .api, verdict: .ok, detail: .greeting(status: 200, schemes: [])),
      .init(check: .api, verdict: .ok, detail: .greeting(status: 401, schemes: ["bearer"])),
      .init(check: .realm, verdict: .ok, detail: .realm("https://\(host)/service/token")),
      .init(check: .login, verdict: .ok, detail: .login(.proven, .commandLine)),
      .init(check: .login, verdict: .warning, detail: .login(.notAsked, .commandLine)),
      .init(check: .login, verdict: .ok, detail: .login(nil, nil)),
      .init(check: .clock, verdict: .warning, detail: .clock(ahead: 3_600)),
      .init(check: .clock, verdict: .warning, detail: .clock(ahead: -3_600)),
      .init(check: .clock, verdict: .ok, detail: .clock(ahead: 0)),
    ]
    + [
      RateLimit(limit: nil, remaining: "76"), RateLimit(limit: "100;w=21600", remaining: "76;w=21600"),
      RateLimit(limit: "100", remaining: nil),
    ].compactMap { $0 }.map { .init(check: .pulls, verdict: .ok, detail: .pulls($0, mirror: nil)) }
    + [
      .init(check: .tls, verdict: .ok, detail: .encrypted(address: nil, protocolName: "TLS 1.2", certificate)),
      .init(check: .tls, verdict: .ok, detail: .encrypted(address: nil, protocolName: nil, certificate)),
      .init(check: .tls, verdict: .warning, detail: .plainHTTP(host: "http://\(host)", address: nil)),
      .init(
        check: .mirror, verdict: .ok,
        detail: .mirror("https://mirror.example.com", file, status: 401, schemes: ["bearer"])),
      .init(
        check: .mirror, verdict: .ok, detail: .mirror("https://mirror.example.com", file, status: 200, schemes: [])),
      .init(
        check: .mirror, verdict: .warning,
        detail: .mirrorFailed(
          "https://mirror.example.com", .option("--mirror"),
          RegistryError(.network(.connectionRefused(host: "https://mirror.example.com"))))),
    ]
    + [Proxy(parsing: "http://me:secret@proxy.corp:3128", source: .environment(variable: "https_proxy"))]
    .compactMap { $0 }.map { .init(check: .proxy, verdict: .ok, detail: .proxied(host: host, $0)) }
    + [.init(check: .proxy, verdict: .ok, detail: .containerProxy(file))]
    + [RateLimit(limit: "100;w=21600", remaining: "3;w=21600")].compactMap { $0 }.map {
      .init(check: .pulls, verdict: .warning, detail: .pulls($0, mirror: "https://mirror.example.com"))
    }
}
