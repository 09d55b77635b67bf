import FoundationEssentials
import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

/// Harbor's own API, version 2.0: the only listing that shows each user the projects that he may read.
extension EndpointClient {
  /// A list, and whether it is only what everybody may see.
  package struct HarborList<Item: Sendable>: Sendable {
    package let items: [Item]
    /// The API does not take the login for this list, though it is right.
    package let isWithoutLogin: Bool
    /// Where the login was kept that is wrong.
    package let refusedLogin: CredentialOrigin?
  }

  /// Entries that Harbor gives at once; it gives no more.
  static let harborPageSize = 100

  /// Whether the registry is a Harbor: the name of its token service is fixed.
  package func isHarbor() async throws -> Bool {
    let answer = try await retrier.run { try await self.base(authorization: nil) }
    return Challenge.parse(answer.response.headers["www-authenticate"]).compactMap(BearerChallenge.init)
      .contains(where: \.isHarbor)
  }

  package func harborProjects() async throws -> HarborList<HarborProject> {
    try await harborList("projects", project: "")
  }

  package func harborRepositories(project: String) async throws -> HarborList<HarborRepository> {
    try await harborList("projects/\(project)/repositories", project: project)
  }

  /// - Parameter repository: without its project.
  /// - Throws: ``RegistryError``: `repositoryNotFound` where there is none of this name.
  package func harborArtifacts(project: String, repository: String) async throws -> HarborList<HarborArtifact> {
    let path = "projects/\(project)/repositories/\(Self.harborName(repository.split(separator: "/").map(String.init)))"
    return try await harborList("\(path)/artifacts", project: project, emptyUnlessThere: path)
  }

  /// A repository without its project, in a path: Harbor's web server decodes that once more than its router.
  static func harborName(_ parts: some Sequence<String>) -> String { parts.joined(separator: "%252F") }

  /// - Parameter subject: what the list is of, where one of what is not there is empty, too.
  private func harborList<Item: Decodable & Sendable>(
    _ path: String, project: String, emptyUnlessThere subject: String? = nil, limits: ListLimits = ListLimits()
  ) async throws -> HarborList<Item> {
    let scope = TokenScope.pull(project)
    let login = try await harborLogin(scope)
    var authorization = login.authorization
    let hasLogin = authorization != nil
    var items: [Item] = []
    var page = 1
    var isLast = false
    while !isLast {
      guard page <= limits.pages else {
        throw RegistryError(.listRefused(host: endpoint.description, .tooManyPages(limit: limits.pages)))
      }
      let target = "\(path)?page=\(page)&page_size=\(Self.harborPageSize)"
      var used = authorization
      var (answer, body) = try await harborAnswer(target, used, limits)
      if page == 1, [401, 403].contains(answer.response.status), used != nil {
        // A robot's login is not one for every list; what everybody may see is more than nothing.
        let other = try await harborAnswer(target, nil, limits)
        if other.answer.response.status == 200 { ((answer, body), authorization, used) = (other, nil, nil) }
      }
      guard answer.response.status == 200 else { throw await harborFailure(answer, scope: scope, used: used) }
      guard let batch: [Item] = Self.decoded(body.bytes) else {
        throw RegistryError(
          .network(.malformedResponse(host: endpoint.description, .notAList)),
          request: answer.request.summary)
      }
      items += batch
      let total = answer.response.headers.first(name: "x-total-count").flatMap { Int($0) }
      let hasNext = LinkHeader.next(in: answer.response.headers["link"]) != nil
      // The next page is asked for by its number, so no address of the server's is followed.
      isLast = batch.isEmpty || !hasNext && total.map { items.count >= $0 } ?? (batch.count < Self.harborPageSize)
      page += 1
    }
    if items.isEmpty, let subject {
      let (answer, _) = try await harborAnswer(subject, authorization, limits)
      if answer.response.status == 404 { throw answer.failure(.repositoryNotFound) }
    }
    return HarborList(
      items: items, isWithoutLogin: hasLogin && authorization == nil, refusedLogin: login.refused)
  }

  /// What the API is asked with, once it has proven to be right: to a wrong password the lists show what everybody may see,
  /// and say nothing of it. `/v2/` tells the truth of users, of robots, and of the CLI secrets of single sign-on, which most of
  /// the API does not know.
  ///
  /// - Returns: no authorization where there is no login, or the one that was kept is wrong.
  /// - Throws: ``RegistryError``: `credentialsRefused` where the login was given for this command.
  private func harborLogin(
    _ scope: TokenScope
  ) async throws -> (authorization: Authorization?, refused: CredentialOrigin?) {
    let refusal: AuthError
    let found: FoundCredential
    let login = try await RegistryError.ofLogin { try await authenticator.apiLogin(scope) }
    switch login {
    case nil: return (nil, nil)
    case .session(let authorization): return (authorization, nil)
    case .refused(let error, let login):
      refusal = error
      found = login
    case .password(let authorization, let login):
      let (answer, isRight) = try await retrier.run {
        let answer = try await self.base(authorization: authorization)
        return (answer, try self.isLetIn(answer))
      }
      if isRight { return (authorization, nil) }
      refusal = answer.sorter.error(
        for: AuthFailure.credentialsRefused(host: endpoint.origin.description, origin: login.origin), answer.request)
      found = login
      await authenticator.refuse(login, with: refusal)
    }
    guard found.origin.isStored else { throw RegistryError(refusal) }
    return (nil, found.origin)
  }

  /// What the API is asked with for something else than a list; nil where there is no login.
  func harborAuthorization(_ scope: TokenScope) async throws -> Authorization? {
    try await harborLogin(scope).authorization
  }

  private func harborAnswer(
    _ target: String, _ authorization: Authorization?, _ limits: ListLimits
  ) async throws -> (answer: Answer, body: LastBody) {
    try await retrier.run { try await self.harborAnswerOnce(target, authorization, limits) }
  }

  private func harborAnswerOnce(
    _ target: String, _ authorization: Authorization?, _ limits: ListLimits
  ) async throws -> (answer: Answer, body: LastBody) {
    let body = LastBody(limit: limits.pageBytes)
    // A project's name of digits alone would be taken for its number.
    let headers: HTTPHeaders = ["accept": "application/json", "x-is-resource-name": "true"]
    let answer = try await harborAsk(
      TransportRequest(.GET, try harborURL(target), headers: headers), authorization,
      AnswerSorter(success: [200], receiver: body.next()))
    return (answer, body)
  }

  private func harborFailure(_ answer: Answer, scope: TokenScope, used: Authorization?) async -> RegistryError {
    switch answer.response.status {
    case 401 where used == nil:
      answer.failure(RegistryError(AuthError(await authenticator.refusal(scope, used: nil))).reason)
    case 401, 403: answer.failure(.listNotOffered(host: endpoint.description))
    case 404: answer.failure(.repositoryNotFound)
    default: unsuccessful(answer)
    }
  }

  static func decoded<Item: Decodable>(_ bytes: [UInt8]) -> [Item]? {
    guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil else { return nil }
    return try? JSONDecoder().decode([Item].self, from: Data(bytes))
  }
}
