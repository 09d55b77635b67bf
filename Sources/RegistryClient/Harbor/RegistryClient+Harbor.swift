import FoundationEssentials
import ImageModel
import NIOHTTP1

/// Harbor's own API, version 2.0: its lists are the only ones that everybody may see his part of.
extension RegistryClient {
  /// A list, and whether it is only what everybody may see, since the API did not take the login.
  package struct HarborList<Item: Sendable>: Sendable {
    package let items: [Item]
    package let isWithoutLogin: Bool
  }

  /// Entries that Harbor gives at once; it gives no more.
  static let harborPageSize = 100

  /// Whether the registry is a Harbor: the name of its token service is fixed.
  package func isHarbor() async throws -> Bool {
    let answer = try await retrier.run { try await self.base(authorization: nil) }
    return Challenge.parse(answer.response.headers["www-authenticate"]).compactMap(BearerChallenge.init)
      .contains { $0.service == TokenService.harbor }
  }

  package func harborProjects() async throws -> HarborList<HarborProject> {
    try await harborList("projects", project: "")
  }

  package func harborRepositories(project: String) async throws -> HarborList<HarborRepository> {
    try await harborList("projects/\(project)/repositories", project: project)
  }

  /// - Parameter repository: without its project.
  package func harborArtifacts(project: String, repository: String) async throws -> HarborList<HarborArtifact> {
    // Harbor's web server decodes the path once more than its router.
    let encoded = repository.split(separator: "/").joined(separator: "%252F")
    return try await harborList("projects/\(project)/repositories/\(encoded)/artifacts", project: project)
  }

  private func harborList<Item: Decodable & Sendable>(
    _ path: String, project: String, limits: ListLimits = ListLimits()
  ) async throws -> HarborList<Item> {
    let scope = TokenScope.pull(project)
    var authorization = try await authenticator.apiAuthorization(scope)
    let hasLogin = authorization != nil
    var items: [Item] = []
    var page = 1
    var isLast = false
    while !isLast {
      guard page <= limits.pages else {
        throw RegistryError(.listRefused(host: endpoint.description, .tooManyPages(limit: limits.pages)))
      }
      let number = page
      var used = authorization
      var (answer, body) = try await retrier.run { [used] in
        try await self.harborPage(path, number: number, authorization: used, limits: limits)
      }
      if page == 1, [401, 403].contains(answer.response.status), used != nil {
        // A robot's login is not one for the API; what everybody may see is more than nothing.
        let other = try await retrier.run {
          try await self.harborPage(path, number: number, authorization: nil, limits: limits)
        }
        if other.answer.response.status == 200 { ((answer, body), authorization, used) = (other, nil, nil) }
      }
      guard answer.response.status == 200 else { throw await harborFailure(answer, scope: scope, used: used) }
      guard let batch: [Item] = Self.decoded(body.bytes) else {
        throw RegistryError(
          .malformedResponse(host: endpoint.description, detail: "no list as Harbor's API has it"),
          request: answer.request.summary)
      }
      items += batch
      let total = answer.response.headers.first(name: "x-total-count").flatMap { Int($0) }
      let hasNext = LinkHeader.next(in: answer.response.headers["link"]) != nil
      // The next page is asked for by its number, so no address of the server's is followed.
      isLast = batch.isEmpty || !hasNext && total.map { items.count >= $0 } ?? (batch.count < Self.harborPageSize)
      page += 1
    }
    return HarborList(items: items, isWithoutLogin: hasLogin && authorization == nil)
  }

  private func harborPage(
    _ path: String, number: Int, authorization: Authorization?, limits: ListLimits
  ) async throws -> (answer: Answer, body: LastBody) {
    let target = "/api/v2.0/\(path)?page=\(number)&page_size=\(Self.harborPageSize)"
    guard let url = AbsoluteURL(origin: endpoint.origin, target: target) else {
      throw RegistryError(.unexpectedStatus(status: 0))
    }
    let body = LastBody(limit: limits.pageBytes)
    // A project's name of digits alone would be taken for its number.
    let headers: HTTPHeaders = ["accept": "application/json", "x-is-resource-name": "true"]
    let answer = try await follow(
      TransportRequest(.GET, url, headers: headers), authorization: authorization,
      sorter: AnswerSorter(success: [200], receiver: body.next()))
    switch answer.response.status {
    case 408, 429, 500...599:
      throw answer.sorter.failure(
        .unsuccessful(answer.response, host: answer.url.origin, now: retrier.now()), answer.request)
    default: return (answer, body)
    }
  }

  private func harborFailure(_ answer: Answer, scope: TokenScope, used: Authorization?) async -> RegistryError {
    let reason: RegistryError.Reason =
      switch answer.response.status {
      case 401: await authenticator.refusal(scope, used: used)
      case 403: .listNotOffered(host: endpoint.description)
      case 404: .repositoryNotFound
      default: .unsuccessful(answer.response, host: answer.url.origin, now: retrier.now())
      }
    return answer.sorter.failure(reason, answer.request)
  }

  private static func decoded<Item: Decodable>(_ bytes: [UInt8]) -> [Item]? {
    guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil else { return nil }
    return try? JSONDecoder().decode([Item].self, from: Data(bytes))
  }
}
