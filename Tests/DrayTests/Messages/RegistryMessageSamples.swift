import ImageModel
import SystemPackage

@testable import HTTPAccess
@testable import MachineConfiguration
@testable import RegistryAuth
@testable import RegistryClient

extension MessageSamples {
  private static let host = "harbor.example.com"
  /// 2026-03-01 09:05:00 in UTC
  private static let moment: Int64 = 1_772_355_900

  static let registry: [MessageSample] =
    reasons.enumerated().map { .init("registry \($0.offset)", error: RegistryError($0.element), of: Samples.reference) }
    + [
      .init(
        "registry with answer",
        error: RegistryError(
          .manifestNotFound,
          request: RequestSummary(method: "GET", address: "https://harbor.example.com/v2/llsydn/nginx/manifests/9"),
          answer: ServerAnswer(
            status: 404, words: ["MANIFEST_UNKNOWN: manifest unknown", "see \u{1B}[31mhere"], requestID: "5d0c")),
        of: Samples.reference),
      .init(
        "registry with limit",
        error: RegistryError(
          .network(.rateLimited(host: "https://registry-1.docker.io", until: nil)),
          request: RequestSummary(method: "GET", address: "https://registry-1.docker.io/v2/library/nginx/manifests/1"),
          answer: ServerAnswer(
            status: 429, words: ["TOOMANYREQUESTS: You have reached your pull rate limit."], requestID: nil,
            rateLimit: RateLimit(limit: "100;w=21600", remaining: "0;w=21600")), tries: 5)),
    ]
    + limits.enumerated().map { index, answer in
      .init(
        "registry with limit \(index)",
        error: RegistryError(.network(.rateLimited(host: "https://registry-1.docker.io", until: nil)), answer: answer))
    } + [
      .init(
        "registry with denied token",
        error: RegistryError(
          .auth(.loginRequired(host: host)),
          answer: ServerAnswer(status: 403, words: ["DENIED: not in the allowlist"], requestID: nil)),
        of: Samples.reference),
      .init("proxy without a name", error: RegistryError(.network(.proxy(lostProxy))), of: Samples.reference),
    ]
    + nameServers.enumerated().map {
      .init("name server \($0.offset)", error: RegistryError($0.element), of: Samples.reference)
    }
    + [
      .init(
        "registry with tries", error: RegistryError(.network(.connectionLost(host: host)), tries: 5),
        of: Samples.reference)
    ]

  private static let lostProxy = ProxyFailure(
    proxy: Proxy(parsing: "http://proxy.corp:3128", source: .environment(variable: "https_proxy")),
    source: .environment(variable: "https_proxy"), host: host,
    .nameLookupFailed(
      detail: "Temporary failure in name resolution",
      servers: [NameServerFinding(address: "10.0.0.53", .failed(code: 5))]))

  private static let nameServers: [RegistryFailure] = {
    let findings: [NameServerFinding.Answer] = [
      .failed(code: 5), .failed(code: 4), .silent(seconds: 2), .unreachable(detail: "Connection refused"), .malformed,
      .answered,
    ]
    let servers = findings.enumerated().map { NameServerFinding(address: "10.0.0.\($0.offset)", $0.element) }
    let detail = "Temporary failure in name resolution"
    return ([[]] + servers.map { [$0] } + [[servers[2], servers[5]]]).map {
      .network(.nameLookupFailed(host: host, detail: detail, servers: $0))
    }
  }()

  /// Docker Hub's answers to who was logged in, and to who has asked too much of any kind.
  private static let limits: [ServerAnswer] = {
    let words = ["TOOMANYREQUESTS: You have reached your pull rate limit."]
    func answer(_ source: String?) -> ServerAnswer {
      let limit = source.flatMap { RateLimit(limit: "200;w=21600", remaining: "0;w=21600", source: $0) }
      return ServerAnswer(status: 429, words: words, requestID: nil, rateLimit: limit, requestProvedLogin: true)
    }
    return [
      answer("8f3c7a52-0b1d-4d2e-9f64-2c1f5be0a4d1"), answer(nil), answer("192.0.2.1"),
      ServerAnswer(status: 429, words: ["Too Many Requests"], requestID: nil),
    ]
  }()

  private static let reasons: [RegistryFailure] = [
    .network(.nameNotFound(host: host)), .network(.nameWithoutAddress(host: host)),
    .network(
      .nameLookupFailed(
        host: host, detail: "Temporary failure in name resolution",
        servers: [NameServerFinding(address: "10.0.0.53", .failed(code: 2))])),
    .network(.connectionRefused(host: host)), .network(.connectTimeout(host: "https://registry-1.docker.io")),
    .network(.connectionFailed(host: host, detail: "No route to host")),
    .network(.connectTimeout(host: host)), .network(.tooManyOpenFiles), .network(.connectionLost(host: host)),
    .network(.stalled(host: host, seconds: 30)),
    .network(.malformedResponse(host: host, .http("two Content-Length headers"))), .network(.webPage(host: host)),
    .network(.serverFailure(status: 502)), .network(.unexpectedStatus(status: 418)),
    .storageRefused(host: "cdn.example.com", status: 403),
    .network(.wrongRange(host: "cdn.example.com", .otherRange)),
    .network(.rateLimited(host: host, until: moment)),
    .network(.rateLimited(host: host, until: nil)), .network(.outOfPatience(host: host, seconds: 600)),
    .listNotOffered(host: host), .tagsNotDeleted(host: host),
    .network(.rateLimited(host: "registry-1.docker.io", until: moment)),
    .auth(.loginRequired(host: host)),
    .auth(.loginRequired(host: host, searched: [.file(path: "/home/me/.docker/config.json"), .helper(name: "pass")])),
    .auth(.credentialsRefused(host: host, origin: .commandLine)),
    .auth(.credentialsRefused(host: host, origin: .prompt)),
    .auth(.credentialsRefused(host: "https://auth.docker.io", origin: .prompt)),
    .auth(.credentialsRefused(host: host, origin: .environment(variable: "DRAY_PASSWORD"))),
    .auth(
      .credentialsRefused(
        host: host, origin: .file(path: "/home/me/.docker/config.json", key: "https://harbor.example.com/v1/"))),
    .auth(.credentialsRefused(host: host, origin: .helper(name: "pass", key: "harbor.example.com"))),
    .auth(
      .credentialsRefused(
        host: "https://auth.docker.io",
        origin: .file(path: "/home/me/.docker/config.json", key: "https://index.docker.io/v1/"))),
    .auth(
      .credentialsRefused(
        host: "https://gitlab.com", origin: .file(path: "/home/me/.docker/config.json", key: "registry.gitlab.com"))),
    .network(.rateLimited(host: "https://notdocker.io", until: moment)),
    .auth(.accessDenied(host: host, origin: .commandLine)),
    .auth(.accessDenied(host: host, origin: nil)), .network(.forbidden(status: 412)),
    .auth(.unknownChallenge(host: host)),
    .auth(.malformedToken(host: host, .noToken)),
    .auth(
      .realmUnreachable(realm: "http://127.0.0.1/service/token", .network(.connectionRefused(host: "http://127.0.0.1")))
    ),
    .storageUnreachable(
      storage: "https://bucket.internal:9000", .network(.connectTimeout(host: "https://bucket.internal:9000"))),
    .network(.forbidden(status: 403)), .network(.forbidden(status: 451)), .repositoryNotFound,
    .manifestNotFound, .blobNotFound(Samples.digest),
    .manifestDigestMismatch(expected: Samples.digest, found: Samples.otherDigest),
    .headerDigestMismatch(header: Samples.digest, found: Samples.otherDigest),
    .blobDigestMismatch(expected: Samples.digest, found: Samples.otherDigest),
    .sizeMismatch(Samples.digest, expected: 100, found: 50), .bodyTooLong(Samples.digest, size: 100),
    .network(.answerTooLarge(limit: 8 << 20)),
    .network(.headersTooLarge(host: host, fields: 256, fieldBytes: 80 << 10)),
    .network(.noCommonProtocol(host: host)), .auth(.noSessionForRobots(host: host, origin: .commandLine)),
    .manifestInUse(Samples.digest, tag: "1.0"),
  ]

  static let tls: [MessageSample] =
    [
      TLSFailure.expired(notAfter: moment), .notYetValid(notBefore: moment),
      .wrongHost(names: ["a.example.com", "b.example.com"]), .unknownAuthority(issuer: "CN=Corp Root CA"),
      .namesNoHost(commonName: "harbor", isSelfSigned: true), .namesNoHost(commonName: nil, isSelfSigned: false),
      .selfSigned(subject: "CN=harbor"), .nameNotPermitted("a.example.com", authority: "Corp, Branch CA"),
      .addressesConstrained(authority: "Corp, Branch CA"), .oldProtocol, .notTLS, .untrusted,
      .alert("handshake_failure"),
      .handshake(code: "WRONG_CIPHER_RETURNED"), .handshake(code: nil),
      .unreadableAuthority(path: "/etc/ca.pem"), .noCertificate(path: "/etc/ca.pem"),
      .fileNotRead(path: "/etc/ca.pem", errno: Errno.noSuchFileOrDirectory.rawValue),
      .unreadableKey(path: "/etc/docker/certs.d/h/client.key"),
      .clientCertificate, .unwanted,
    ].enumerated().map {
      .init("tls \($0.offset)", error: RegistryError(.network(.tls(host: host, $0.element))), of: Samples.reference)
    }

  static let answerFaults: [MessageSample] = {
    let responses: [ResponseFault] = [
      .notAList, .encoding("br"), .damagedGzip,
    ]
    let reasons: [RegistryFailure] =
      responses.map { .network(.malformedResponse(host: host, $0)) }
      + RangeFault.allCases.map { .network(.wrongRange(host: host, $0)) }
      + TokenFault.allCases.map { .auth(.malformedToken(host: host, $0)) }
    return reasons.enumerated().map {
      .init("answer fault \($0.offset)", error: RegistryError($0.element), of: Samples.reference)
    }
  }()

  static let defects: [MessageSample] = {
    let defects: [ConfigurationDefect] =
      [
        .notUTF8, .tooDeep, .tooManyKeys, .missingKey, .missingEqualSign, .missingValue, .notAValue("yes"),
        .textAfterValue, .unclosedText, .unknownEscape, .unclosedArray, .unclosedTable, .unclosedTableName,
        .duplicateKey("location"), .notATable("registry"), .notAnObject, .invalidAddress("a b"),
        .invalidRegistry("a b"), .invalidRepository("A"), .invalidPrefix("a b"), .invalidLocation("a b"),
        .invalidHeaderField, .missingPrefix, .missingLocation, .version1InFolder,
      ] + ConfigurationDefect.Kind.allCases.map { .expected(key: "mirror", $0) }
    let path = "/etc/containers/registries.conf"
    return defects.enumerated().map {
      .init(
        "configuration defect \($0.offset)",
        error: ConfigurationError.malformed(path: path, place: TextPlace(line: 3, column: 1), $0.element))
    }
  }()

  static let configuration: [MessageSample] =
    [
      ConfigurationError.unreadable(path: "/etc/containers/registries.conf", detail: "Is a directory"),
      .malformed(
        path: "/etc/containers/registries.conf", place: TextPlace(line: 3, column: 9), .missingEqualSign),
      .malformed(path: "/etc/docker/daemon.json", place: nil, .expected(key: "registry-mirrors", .list)),
      .malformedJSON(path: "/etc/docker/daemon.json", place: TextPlace(line: 4, column: 1), found: "}"),
      .malformedJSON(path: "/etc/docker/daemon.json", place: TextPlace(line: 5, column: 1), found: nil),
      .mixedForms(path: "/etc/containers/registries.conf", line: 12),
      .blocked(prefix: "docker.io", path: "/etc/containers/registries.conf", line: 7),
    ].enumerated().map { .init("configuration \($0.offset)", error: $0.element) }

  static let proxies: [MessageSample] = {
    guard
      let variable = Proxy(parsing: "http://me:secret@proxy.corp:3128", source: .environment(variable: "https_proxy")),
      let option = Proxy(parsing: "socks5://proxy.corp", source: .commandLine)
    else { return [] }
    let reasons: [ProxyFailure.Reason] = [
      .unreachable(.refused), .unreachable(.timeout), .unreachable(.nameNotFound), .unreachable(.nameWithoutAddress),
      .unreachable(.nameLookupFailed(detail: "try again")), .unreachable(.lost),
      .unreachable(.failed(detail: "No route to host")), .loginRequired, .loginRefused,
      .loginUnsupported(schemes: "negotiate, ntlm"), .refused(status: 403), .gateway(status: 502),
      .noAnswer(seconds: 10), .lost, .tls(.untrusted), .tls(.wrongHost(names: ["a.example.com"])), .tls(.notTLS),
      .notProxy,
    ]
    let failures =
      reasons.map { ProxyFailure(variable, host: host, $0) }
      + (1...9).map { ProxyFailure(option, host: host, .socks(code: $0)) } + [
        ProxyFailure(proxy: nil, source: .environment(variable: "ALL_PROXY"), host: host, .malformed),
        ProxyFailure(proxy: nil, source: nil, host: host, .loginRequired),
      ]
    return failures.enumerated().map {
      .init("proxy \($0.offset)", error: RegistryError(.network(.proxy($0.element))), of: Samples.reference)
    }
  }()

  static let realms: [MessageSample] =
    [
      RealmRefusal.malformed, .unencrypted, .privateAddress, .untrustedHost(host: "auth.evil.test"),
      .redirect,
    ].enumerated().map {
      .init(
        "realm \($0.offset)",
        error: RegistryError(.auth(.realmRefused(realm: "https://auth.evil.test/token", $0.element))),
        of: Samples.reference)
    }

  static let lists: [MessageSample] =
    [
      ListRefusal.otherHost("https://evil.test/v2/x/tags/list"), .tooManyPages(limit: 1_000),
      .tooManyEntries(limit: 1_000_000),
    ].enumerated().map {
      .init("list \($0.offset)", error: RegistryError(.listRefused(host: "harbor.example.com", $0.element)))
    } + [
      .init(
        "foreign layer",
        error: RegistryError(.foreignAddressRefused("http://go.microsoft.example/x")), of: Samples.reference)
    ]

  static let redirects: [MessageSample] =
    [
      RedirectRefusal.tooMany(limit: 5), .loop, .fromHTTPSToHTTP, .noLocation, .malformedLocation,
      .changesMethod,
    ]
    .enumerated().map {
      .init(
        "redirect \($0.offset)",
        error: RegistryError(.network(.redirectRefused(from: "harbor.example.com", to: "cdn.example.com", $0.element))),
        of: Samples.reference)
    }

  static let credentials: [MessageSample] =
    [
      CredentialError.unreadableFile(path: "/home/me/.docker/config.json", detail: "Permission denied"),
      .malformedFile(path: "/home/me/.docker/config.json", place: TextPlace(line: 3, column: 5), found: "}"),
      .malformedFile(path: "/home/me/.docker/config.json", place: TextPlace(line: 7, column: 1), found: nil),
      .malformedEntry(path: "/home/me/.docker/config.json", line: 4, key: "registry.example.com"),
      .malformedHelperName(path: "/home/me/.docker/config.json", line: 2, name: "../x"), .malformedHost("a b"),
      .helperMissing(name: "desktop", path: "/home/me/.docker/config.json", line: 2),
      .helperFailed(name: "pass", .exited(code: 1)), .helperFailed(name: "pass", .signaled(9)),
      .helperFailed(name: "pass", .notRun("Exec format error")),
      .helperTimedOut(name: "pass", seconds: 10), .helperAnswer(name: "pass"), .helperInputTooLong(name: "pass"),
      .unwritableFile(path: "/home/me/.docker/config.json", detail: "Read-only file system"),
      .lockedFile(path: "/home/me/.docker/config.json"), .noPlace,
    ].enumerated().map { .init("credential \($0.offset)", error: $0.element) }
}
