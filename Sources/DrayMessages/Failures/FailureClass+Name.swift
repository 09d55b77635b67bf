import ImageModel

extension FailureClass {
  /// The name in `--json` and on standard error. The names are a contract with scripts and do not change.
  package var name: String {
    switch self {
    case .bug: "bug"
    case .usage: "usage"
    case .findings: "findings"
    case .network: "network"
    case .rateLimit: "rate-limit"
    case .authentication: "auth"
    case .notFound: "not-found"
    case .tls: "tls"
    case .proxy: "proxy"
    case .integrity: "integrity"
    case .refused: "refused"
    case .unsupported: "unsupported"
    case .localIO: "local-io"
    case .busy: "busy"
    }
  }
}
