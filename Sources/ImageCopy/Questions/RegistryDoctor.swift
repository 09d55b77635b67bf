import HTTPAccess
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient
import Waiting

/// Checks the way to a registry step by step, and reports what each step found.
package struct RegistryDoctor: Sendable {
  /// Warn when the certificate expires within this time, in seconds: two weeks.
  static let nearEnd: Int64 = 14 * 86_400
  /// Warn when the clock is wrong by more than this, in seconds: tokens and certificates fail then.
  static let clockTolerance: Int64 = 60
  /// Warn below this number of remaining pulls.
  static let fewPulls: Int64 = 10

  private let access: RegistryAccess
  private let registry: RegistryName
  private let door: RegistryDoor
  private let now: @Sendable () -> Int64

  /// - Throws: `RegistryError` where a file of trusted certificates cannot be read.
  package init(_ access: RegistryAccess, registry: RegistryName) throws {
    self.access = access
    self.registry = registry
    now = WallClock.seconds
    var retrier = Retrier(now: WallClock.seconds)
    // What fails once is what is to be told.
    retrier.policy.tries = 1
    door = try RegistryDoor(access, registries: [registry], retrier: retrier)
  }

  /// To be called once: it closes the connections.
  ///
  /// - Parameter tell: called for each finding, in order.
  /// - Returns: the class of the first failure; nil where there was none.
  /// - Throws: `CancellationError`.
  package func examine(_ tell: @escaping (DoctorFinding) -> Void) async throws -> FailureClass? {
    var first: FailureClass?
    let tell = { (finding: DoctorFinding) in
      if case .failed(let error) = finding.detail, finding.verdict == .failure { first = first ?? error.failureClass }
      tell(finding)
    }
    do {
      try await examineSteps(tell)
    } catch let error as any ClassifiedError {
      tell(DoctorFinding(check: .api, verdict: .failure, detail: .failed(error)))
    } catch {
      try? await door.close()
      throw error
    }
    try? await door.close()
    return first
  }

  private func examineSteps(_ tell: (DoctorFinding) -> Void) async throws {
    let place = try await mirrors(tell)
    let client = try await door.client(for: place) { _ in }
    let origin = client.endpoint.origin
    if let proxy = door.transport.proxy(before: origin) {
      tell(.init(check: .proxy, verdict: .ok, detail: .proxied(host: origin.description, proxy)))
    } else {
      do {
        let addresses = try await door.resolver.addresses(of: origin).map(\.description)
        tell(.init(check: .name, verdict: .ok, detail: .addresses(host: origin.host, addresses)))
      } catch let error as any FailedRequest {
        return tell(.init(check: .name, verdict: .failure, detail: .failed(error)))
      }
    }
    guard let greeting = try await greeting(client, tell) else { return }
    await connection(to: origin, tell)
    tell(.init(check: .api, verdict: .ok, detail: .greeting(status: greeting.status, schemes: greeting.schemes)))
    let isWelcome = try await credentials(client, greeting, tell)
    clock(greeting, tell)
    if let limit = greeting.rateLimit {
      tell(pulls(limit))
    } else if isWelcome, !greeting.isHarbor {
      // Harbor counts no pulls, and would be asked for one more token.
      try await pulls(client, tell)
    }
  }

  /// Looks at the places that are asked before the registry for an image of it.
  ///
  /// - Returns: the registry itself, as configuration has it.
  private func mirrors(_ tell: (DoctorFinding) -> Void) async throws -> PullEndpoint {
    let sample = try ImageReference(registry: registry, repository: registry.isDockerHub ? "library/alpine" : "image")
    var faults: [ConfigurationError] = []
    let endpoints = try access.endpoints(for: sample) { if case .passedOver(let fault) = $0 { faults.append(fault) } }
    for fault in faults { tell(.init(check: .configuration, verdict: .warning, detail: .failed(fault))) }
    for mirror in endpoints where mirror.role == .mirror {
      var name = mirror.registry.description
      do {
        let client = try await door.client(for: mirror) { _ in }
        name = client.endpoint.description
        let greeting = try await client.greeting()
        tell(
          .init(
            check: .mirror, verdict: .ok,
            detail: .mirror(name, mirror.provenance, status: greeting.status, schemes: greeting.schemes)))
        if let limit = greeting.rateLimit { tell(pulls(limit, of: name)) }
      } catch let error as any ClassifiedError {
        // The registry itself stands in for it.
        tell(.init(check: .mirror, verdict: .warning, detail: .mirrorFailed(name, mirror.provenance, error)))
      }
    }
    return endpoints.last { $0.role == .origin } ?? .origin(of: sample)
  }

  /// Nil where the registry did not answer, which has been told then.
  private func greeting(
    _ client: EndpointClient, _ tell: (DoctorFinding) -> Void
  ) async throws -> RegistryGreeting? {
    do { return try await client.greeting() } catch let error as RegistryError {
      switch error.reason {
      case .network(.tls(_, let failure)):
        tell(.init(check: .tls, verdict: .failure, detail: .failed(error)))
        switch failure {
        case .unknownAuthority, .selfSigned: await offeredAuthority(client.endpoint.origin, tell)
        default: break
        }
      case .network(.proxy): tell(.init(check: .proxy, verdict: .failure, detail: .failed(error)))
      default: tell(.init(check: .api, verdict: .failure, detail: .failed(error)))
      }
      return nil
    }
  }

  private func offeredAuthority(_ origin: HTTPOrigin, _ tell: (DoctorFinding) -> Void) async {
    guard let offer = await door.transport.offeredAuthority(of: origin) else { return }
    tell(
      .init(
        check: .authority, verdict: .warning,
        detail: .offeredAuthority(address: offer.address, fingerprint: offer.fingerprint)))
  }

  private func connection(to origin: HTTPOrigin, _ tell: (DoctorFinding) -> Void) async {
    let connection = await door.transport.connection(to: origin)
    let address = connection?.address?.description
    guard origin.scheme == .https else {
      return tell(
        .init(
          check: .tls, verdict: registry.isLoopback ? .ok : .warning,
          detail: .plainHTTP(host: origin.description, address: address)))
    }
    guard let connection, let certificate = connection.certificate else { return }
    let isNear = certificate.notAfter - now() < Self.nearEnd
    tell(
      .init(
        check: .tls, verdict: isNear ? .warning : .ok,
        detail: .encrypted(address: address, protocolName: connection.protocolName, certificate)))
  }

  /// - Returns: false where nobody can be let in, or a login is refused: it is not to be tried again, since some count such
  ///   tries.
  private func credentials(
    _ client: EndpointClient, _ greeting: RegistryGreeting, _ tell: (DoctorFinding) -> Void
  ) async throws -> Bool {
    if let realm = greeting.realm {
      do {
        try await client.reachRealm(greeting)
        tell(.init(check: .realm, verdict: .ok, detail: .realm(realm)))
      } catch let error as RegistryError {
        tell(.init(check: .realm, verdict: .failure, detail: .failed(error)))
        // A login would be proven there.
        return false
      }
    }
    do {
      let query = CredentialQuery(registry: registry.description, repository: "")
      guard let found = try await door.credentials.credential(for: query) else {
        tell(.init(check: .login, verdict: .ok, detail: .login(nil, nil)))
        return true
      }
      let check = try await client.checkLogin(found)
      tell(
        .init(check: .login, verdict: check == .proven ? .ok : .warning, detail: .login(check, found.origin)))
      return true
    } catch let error as any ClassifiedError {
      tell(.init(check: .login, verdict: .failure, detail: .failed(error)))
      return false
    }
  }

  private func clock(_ greeting: RegistryGreeting, _ tell: (DoctorFinding) -> Void) {
    guard let ahead = greeting.clockAhead else { return }
    tell(
      .init(
        check: .clock, verdict: abs(ahead) <= Self.clockTolerance ? .ok : .warning, detail: .clock(ahead: ahead)))
  }

  private func pulls(_ client: EndpointClient, _ tell: (DoctorFinding) -> Void) async throws {
    do {
      if let limit = try await client.pullsLeft() { tell(pulls(limit)) }
    } catch let error as RegistryError {
      // Others have no such repository, and need not say anything.
      if registry.isDockerHub { tell(.init(check: .pulls, verdict: .failure, detail: .failed(error))) }
    }
  }

  private func pulls(_ limit: RateLimit, of mirror: String? = nil) -> DoctorFinding {
    let isFew = limit.remaining.map { $0 < Self.fewPulls } ?? false
    return DoctorFinding(
      check: .pulls, verdict: isFew ? .warning : .ok, detail: .pulls(limit, mirror: mirror))
  }
}
