import HTTPAccess
import ImageModel
import Synchronization
import Testing

@testable import RegistryAuth

@Suite("Many requests, one question")
struct AuthenticatorTests {
  /// A token service that answers when it is told to.
  private final class Service: HTTPTransport {
    private struct State {
      var asked = 0
      var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var asked: Int { state.withLock { $0.asked } }

    func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
      let number = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          state.withLock { state in
            state.asked += 1
            state.waiting.append(continuation)
          }
        }
        return asked
      } onCancel: {
        answer()
      }
      try Task.checkCancellation()
      let response = TransportResponse(status: 200, headers: [:])
      try receiver.receive(head: response)
      try Array(#"{"token":"t\#(number)"}"#.utf8).withUnsafeBytes { try receiver.receive(bytes: $0) }
      return response
    }

    func isProxied(_ origin: HTTPOrigin) -> Bool { false }

    func answer() {
      let waiting = state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume() }
    }

    /// Returns once so many questions have come.
    func expect(_ count: Int) async throws {
      while asked < count { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  private struct NoNames: AddressResolver {
    func addresses(of origin: HTTPOrigin) throws -> [IPAddress] { [] }
  }

  private struct FailingSource: CredentialSource {
    func credential(for query: CredentialQuery) throws -> FoundCredential? { throw CredentialError.noPlace }
  }

  private static let challenges = Challenge.parse([#"Bearer realm="https://registry.example/token",service="s""#])

  private func authenticator(
    _ service: Service, _ source: any CredentialSource = NoCredentials()
  ) throws -> Authenticator {
    let clock = ContinuousClock()
    return try Authenticator(
      registry: try #require(HTTPOrigin(scheme: .https, host: "registry.example", port: 443)),
      registryName: "registry.example", credentials: CredentialMemory(source, clock: clock, lifetime: nil),
      transport: service, resolver: NoNames(), silentRealms: SilentRealms(clock: clock, lifetime: nil),
      settings: LoginSettings(credentials: source), now: { 0 }, clock: clock)
  }

  /// A request went without a login and was answered by 401.
  private static func turnedAway(_ authenticator: Authenticator) async throws -> Authorization? {
    try await authenticator.authorization(for: .pull("team/app"), .unauthorized(used: nil, challenges))
  }

  @Test("T188: sixteen requests that are turned away wait for one token")
  func joined() async throws {
    let service = Service()
    let authenticator = try authenticator(service)
    try await withThrowingTaskGroup(of: Authorization?.self) { group in
      for _ in 0..<16 {
        group.addTask { try await Self.turnedAway(authenticator) }
      }
      try await service.expect(1)
      service.answer()
      for try await authorization in group { #expect(authorization == .bearer("t1")) }
    }
    #expect(service.asked == 1)
  }

  @Test("T188: when the one who asks is cancelled, another asks in his place")
  func cancelled() async throws {
    let service = Service()
    let authenticator = try authenticator(service)
    let first = Task { try await Self.turnedAway(authenticator) }
    try await service.expect(1)
    let second = Task { try await Self.turnedAway(authenticator) }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    try await service.expect(2)
    service.answer()
    let authorization = try await second.value
    #expect(authorization == .bearer("t2"))
  }

  @Test("T188: a place of credentials that fails ends the question, and holds nobody up")
  func failingPlace() async throws {
    let service = Service()
    let authenticator = try authenticator(service, FailingSource())
    for _ in 0..<2 {
      await #expect(throws: CredentialError.noPlace) {
        try await Self.turnedAway(authenticator)
      }
    }
    #expect(service.asked == 0)
  }
}
