import Synchronization
import Testing

@testable import HTTPAccess

@Suite("Plain HTTP where a registry speaks TLS")
struct PlainHTTPTransportTests {
  /// Answers requests by what stands first in a list.
  private final class Answers: HTTPTransport {
    enum Answer: Sendable {
      case status(Int)
      case failure(TransportFailure)
    }

    private let answers: Mutex<[Answer]>

    init(_ answers: [Answer]) { self.answers = Mutex(answers) }

    func isProxied(_ origin: HTTPOrigin) -> Bool { false }

    func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
      switch answers.withLock({ $0.removeFirst() }) {
      case .status(let status): return TransportResponse(status: status, headers: [:])
      case .failure(let reason): throw TransportError(reason)
      }
    }
  }

  private static let lost = Answers.Answer.failure(.connectionLost(host: "http://r.example:5000"))

  /// What becomes of one request for each answer, and how often the server was asked for TLS, at which place.
  private func run(
    _ answers: [Answers.Answer], speaksTLS: Bool, at address: String = "http://r.example:5000/v2/"
  ) async throws -> (ends: [String], probes: [String]) {
    let probes = Mutex<[String]>([])
    let registry = try #require(HTTPOrigin(scheme: .http, host: "r.example", port: 5000))
    let transport = PlainHTTPTransport(Answers(answers), registry: registry) { origin in
      probes.withLock { $0.append("\(origin)") }
      return speaksTLS
    }
    let request = TransportRequest(.GET, try #require(AbsoluteURL(parsing: address)))
    var ends: [String] = []
    for _ in answers {
      do {
        ends.append("\(try await transport.send(request, to: BodyCollector(limit: 1)).status)")
      } catch let error as TransportError {
        switch error.reason {
        case .tls(_, .unwanted): ends.append("speaks TLS")
        case .connectionLost: ends.append("lost")
        default: ends.append("\(error.reason)")
        }
      }
    }
    return (ends, probes.withLock(\.self))
  }

  @Test("T181: a server that hangs up, answers with no HTTP or says 400 is found out")
  func found() async throws {
    let noHTTP = Answers.Answer.failure(.malformedResponse(host: "http://r.example:5000", .http("x")))
    for answer in [Self.lost, noHTTP, .status(400)] {
      let (ends, probes) = try await run([answer, answer], speaksTLS: true)
      #expect(ends == ["speaks TLS", "speaks TLS"])
      #expect(probes == ["https://r.example:5000", "https://r.example:5000"])
    }
  }

  @Test("T181: one that speaks plain HTTP is asked for TLS once at most, and not at all once it has answered")
  func plain() async throws {
    let first = try await run([Self.lost, Self.lost, .status(400)], speaksTLS: false)
    #expect(first.ends == ["lost", "lost", "400"])
    #expect(first.probes.count == 1)
    let later = try await run([.status(401), Self.lost, .status(400)], speaksTLS: true)
    #expect(later.ends == ["401", "lost", "400"])
    #expect(later.probes.isEmpty)
  }

  @Test("T181: another host that fails says nothing of the registry")
  func elsewhere() async throws {
    let (ends, probes) = try await run([Self.lost], speaksTLS: true, at: "http://storage.example/blob")
    #expect(ends == ["lost"])
    #expect(probes.isEmpty)
  }
}
