import FoundationEssentials
import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

extension EndpointClient {
  /// The tags of a repository, each once, in the registry's order (distribution-spec "Listing tags").
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func tags(_ repository: String, limits: ListLimits = ListLimits()) async throws -> [String] {
    try await list(
      first: try url(repository, "tags/list"), scope: .pull(repository), limits: limits,
      TagPage.self)
  }

  /// The repositories of a registry, each once, in its order (distribution "Listing Repositories"). Many registries
  /// do not tell.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func catalog(limits: ListLimits = ListLimits()) async throws -> [String] {
    guard let url = AbsoluteURL(origin: endpoint.origin, target: "\(endpoint.apiPath)/_catalog") else { return [] }
    return try await list(first: url, scope: .catalog, limits: limits, CatalogPage.self)
  }

  private func list<Page: ListPage>(
    first: AbsoluteURL, scope: TokenScope, limits: ListLimits, _ kind: Page.Type
  ) async throws -> [String] {
    var walk = PageWalk(first: first, limits: limits)
    while let url = walk.next {
      let page: (entries: [String], head: TransportResponse)
      do {
        page = try await retrier.run { try await self.page(at: url, scope: scope, limits: limits, kind) }
      } catch let error as RegistryError {
        guard walk.leaveLink(url, after: error) else { throw error }
        continue
      }
      try walk.take(page.entries, from: url, links: page.head.headers["link"])
    }
    return walk.entries
  }

  private func page<Page: ListPage>(
    at url: AbsoluteURL, scope: TokenScope, limits: ListLimits, _ kind: Page.Type
  ) async throws -> (entries: [String], head: TransportResponse) {
    let body = LastBody(limit: limits.pageBytes)
    let answer: Answer
    do {
      answer = try await send(
        TransportRequest(.GET, url, headers: ["accept": "application/json"]), scope: scope, success: [200],
        receiver: { body.next() })
    } catch let error as RegistryError where scope == .catalog {
      guard case .auth(.accessDenied) = error.reason else { throw error }
      throw error.because(.listNotOffered(host: endpoint.description))
    }
    guard answer.response.status == 200 else { throw listFailure(answer, scope) }
    guard answer.url.origin == endpoint.origin else {
      throw RegistryError(
        .listRefused(host: endpoint.description, .otherHost(answer.url.origin.description)),
        request: answer.request.summary)
    }
    let bytes = body.bytes
    guard !bytes.looksLikeHTML else { throw answer.webPageError }
    if let failure = errorInside(bytes, of: answer) { throw failure }
    guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil,
      let page = try? JSONDecoder().decode(kind, from: Data(bytes))
    else {
      throw answer.notAListError
    }
    return (page.entries, answer.response)
  }

  private func listFailure(_ answer: Answer, _ scope: TokenScope) -> RegistryError {
    switch answer.response.status {
    case let status where scope == .catalog && [400, 403, 404, 405, 501].contains(status):
      answer.failure(.listNotOffered(host: endpoint.description))
    case 404 where answer.sorter.errorLooksLikeHTML:
      answer.failure(.network(.webPage(host: answer.url.origin.description)))
    case 404: answer.failure(.repositoryNotFound)
    default: unsuccessful(answer)
    }
  }
}

/// One page of a list.
private protocol ListPage: Decodable, Sendable {
  var entries: [String] { get }
}

private struct TagPage: ListPage {
  var tags: [String]?
  var entries: [String] { tags ?? [] }
}

private struct CatalogPage: ListPage {
  var repositories: [String]?
  var entries: [String] { repositories ?? [] }
}
