import HTTPTypes
import ImageModel
import NIOCore

/// Decides whether a request is answered at all, before any part of the server sees it.
struct RequestGuard: Sendable {
  /// The names that the server is called by, in lower case; nil where every name is accepted.
  let names: Set<String>?
  /// Nil where nobody has to log in: then a password that a client sends along is for somebody else.
  let login: ServerLogin?
  let isEncrypted: Bool
  let trials = LoginTrials()

  /// What refuses the request; nil where it is let through.
  func refusal(of request: ServerRequest, authority: String?) -> ServerAnswer? {
    // What asks whether the server runs knows no name and no password.
    if request.path == "/healthz" { return nil }
    guard let authority, request.fields[.furtherHost] == nil, let host = Self.host(authority) else {
      return refusal(.unsupported, .badRequest, "the request names no host, or several", request)
    }
    // A page of another site that has its name lead here would else read what only this network may.
    guard names.map({ $0.contains(host) }) ?? true || Self.isAddress(host) else {
      return refusal(
        .denied, .misdirectedRequest, "this server is not called so; its operator can allow it with --server-name",
        request)
    }
    if let answer = crossSite(request, authority) { return answer }
    guard let login else { return nil }
    var wait: Int64?
    if request.fields[.authorization] != nil {
      switch trials.outcome(of: request.client, { login.admits(request.fields) }) {
      case .right: return nil
      case .wrong: break
      case .later(let seconds): wait = seconds
      }
    }
    if request.value(of: "ns") != nil, request.method == .get || request.method == .head {
      // Clients of a mirror take 401 for the end; from 404 they go on to the registry itself.
      return refusal(.nameUnknown, .notFound, "this mirror wants a login", request)
    }
    if let wait {
      return refusal(
        .tooManyRequests, .tooManyRequests, "too many wrong passwords", request, [.retryAfter: "\(wait)"])
    }
    return refusal(
      .unauthorized, .unauthorized, "authentication required", request,
      [.wwwAuthenticate: "Basic realm=\"dray\", charset=\"UTF-8\""])
  }

  /// Nothing is changed for a page of another site.
  private func crossSite(_ request: ServerRequest, _ authority: String) -> ServerAnswer? {
    guard request.method != .get, request.method != .head else { return nil }
    let site = request.fields[.secFetchSite].map { ["same-origin", "none"].contains($0) } ?? true
    let origin = request.fields[.origin].map { $0 == "\(isEncrypted ? "https" : "http")://\(authority)" } ?? true
    return site && origin ? nil : refusal(.denied, .forbidden, "the request comes from another site", request)
  }

  private func refusal(
    _ code: DistributionRefusal.Code, _ status: HTTPResponse.Status, _ message: String, _ request: ServerRequest,
    _ fields: HTTPFields = [:]
  ) -> ServerAnswer {
    guard !request.path.hasPrefix("/v2") else {
      return DistributionRefusal(code, status, message, fields: fields).answer
    }
    return .plain(message, status, fields)
  }

  /// Without the port, in lower case; nil where it is none.
  private static func host(_ authority: String) -> String? {
    var authority = authority
    let end = authority.lastIndex(of: ":") ?? authority.endIndex
    // The dot of the root, which names may end with (RFC 1034 §3.1).
    if authority[..<end].last == "." { authority.remove(at: authority.index(before: end)) }
    return (try? RegistryName(parsing: authority)).map { $0.host }
      // Docker Hub's names are read as one there.
      .map { $0 == "docker.io" ? authority.lowercased() : $0 }
  }

  /// An address cannot be made to lead elsewhere.
  private static func isAddress(_ host: String) -> Bool {
    if host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("[") { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
