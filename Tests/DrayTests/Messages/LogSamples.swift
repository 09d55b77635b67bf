@testable import DrayMessages
@testable import HTTPAccess
@testable import RegistryClient
@testable import dray

extension MessageSamples {
  static let inquiries = archives + log + inspection + listings + lists + doctor

  static let log: [MessageSample] = [
    .init("request", LogPhrase.request(record(end: nil))),
    .init(
      "request failed",
      LogPhrase.request(record(end: .failed(TransportFailure.connectionLost(host: "harbor.example.com"))))),
    .init("request abandoned", LogPhrase.request(record(end: .abandoned))),
    .init("request field", LogPhrase.requestField(.init(name: "authorization", value: "…"))),
    .init("answer field", LogPhrase.answerField(.init(name: "content-type", value: "text/html\u{1B}[2J"))),
    .init("pulls left", LogPhrase.pullsLeft(RateLimitPhrase(pulls: 100, left: 76, hours: 6))),
    .init("pulls left without window", LogPhrase.pullsLeft(RateLimitPhrase(pulls: 100, left: 76, hours: nil))),
  ]

  static let inspection: [MessageSample] = InspectPhrase.allCases.map { .init("inspect \($0)", $0) }

  private static func record(end: RequestRecord.End?) -> RequestRecord {
    RequestRecord(
      request: RequestSummary(method: "GET", address: "https://harbor.example.com/v2/team/app/manifests/1"),
      host: "https://harbor.example.com", status: 200, bytes: 1_234,
      elapsed: .milliseconds(34), end: end)
  }
}
