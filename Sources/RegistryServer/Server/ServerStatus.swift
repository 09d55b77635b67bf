import HTTPTypes
import NIOCore
import Synchronization

/// `/healthz`, and `/metrics` in the text format of Prometheus.
final class ServerStatus: RequestHandler {
  private struct Counts {
    var requests: [Int: Int] = [:]
    var bytes: Int64 = 0
    var cut = 0
  }

  private let counts = Mutex(Counts())
  private let clients: ClientTable

  init(_ clients: ClientTable) {
    self.clients = clients
  }

  func note(_ record: AccessRecord) {
    counts.withLock { counts in
      counts.requests[record.status, default: 0] += 1
      counts.bytes += record.bytes
      if record.isCut { counts.cut += 1 }
    }
  }

  func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.method == .get || request.method == .head else { return nil }
    let type = "text/plain; version=0.0.4; charset=utf-8"
    switch request.path {
    case "/healthz": return ServerAnswer(.ok, [.contentType: type], body: .bytes(ByteBuffer(string: "ok\n")))
    case "/metrics": return ServerAnswer(.ok, [.contentType: type], body: .bytes(ByteBuffer(string: metrics)))
    default: return nil
    }
  }

  private var metrics: String {
    let (requests, bytes, cut) = counts.withLock { ($0.requests, $0.bytes, $0.cut) }
    var lines = ["# HELP dray_requests_total Requests answered, by status.", "# TYPE dray_requests_total counter"]
    lines += requests.sorted { $0.key < $1.key }.map { "dray_requests_total{code=\"\($0.key)\"} \($0.value)" }
    lines += [
      "# HELP dray_sent_bytes_total Bytes of bodies handed to connections.", "# TYPE dray_sent_bytes_total counter",
      "dray_sent_bytes_total \(bytes)",
      "# HELP dray_cut_total Answers that were cut before their end.", "# TYPE dray_cut_total counter",
      "dray_cut_total \(cut)",
      "# HELP dray_connections Open connections.", "# TYPE dray_connections gauge",
      "dray_connections \(clients.connections)",
    ]
    return lines.map { $0 + "\n" }.joined()
  }
}
