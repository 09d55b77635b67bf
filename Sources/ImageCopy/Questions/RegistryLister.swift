import ImageModel
import RegistryAuth
import RegistryClient

/// Lists what is in a registry: by Harbor's own API where it is one, else by the catalog.
package struct RegistryLister: Sendable {
  private let client: EndpointClient
  private let name: RegistryName

  package init(_ client: EndpointClient, name: RegistryName) {
    self.client = client
    self.name = name
  }

  package struct Answer: Sendable {
    package let listing: RegistryListing
    /// Whether the registry's API did not take the login, so that this is only what everybody may see.
    package var isWithoutLogin = false
    /// Where the login was kept that is wrong, so that this is only what everybody may see.
    package var refusedLogin: CredentialOrigin?
  }

  /// - Parameter path: what stands before the names that are wanted: nothing, a project, or a repository.
  /// - Throws: `RegistryError`; `CancellationError`.
  package func list(_ path: [String]) async throws -> Answer {
    // It has no list of everything, and answers as if there were a login that sees one.
    if name.isDockerHub { throw RegistryError(.listNotOffered(host: "\(name)")) }
    return try await client.isHarbor() ? harbor(path) : Answer(listing: catalog(path))
  }

  private func harbor(_ path: [String]) async throws -> Answer {
    guard let project = path.first else {
      let list = try await client.harborProjects()
      return Answer(
        listing: .projects(
          list.items.map { .init(name: $0.name, isPublic: $0.isPublic, repositories: $0.repositoryCount) }
            .sorted { $0.name < $1.name }),
        isWithoutLogin: list.isWithoutLogin, refusedLogin: list.refusedLogin)
    }
    guard path.count > 1 else {
      let list = try await client.harborRepositories(project: project)
      return Answer(
        listing: .repositories(
          list.items.map { .init(name: $0.name, artifacts: $0.artifactCount, updated: $0.updated) }
            .sorted { $0.name < $1.name }),
        isWithoutLogin: list.isWithoutLogin, refusedLogin: list.refusedLogin)
    }
    return try await artifacts(project: project, repository: path.dropFirst().joined(separator: "/"))
  }

  private func artifacts(project: String, repository: String) async throws -> Answer {
    do {
      let list = try await client.harborArtifacts(project: project, repository: repository)
      let artifacts = list.items.map {
        RegistryListing.Artifact(
          digest: $0.digest, tags: $0.tags.sorted(by: TagOrder.precedes), size: $0.size, pushed: $0.pushed,
          kind: $0.kind)
      }
      return Answer(
        listing: .artifacts(Self.ordered(artifacts)), isWithoutLogin: list.isWithoutLogin,
        refusedLogin: list.refusedLogin)
    } catch let error as RegistryError {
      // Whoever may pull may list tags; the API wants other rights.
      guard [.authentication, .unsupported, .notFound].contains(error.failureClass) else { throw error }
      let tags: [String]
      do { tags = try await client.tags("\(project)/\(repository)") } catch is RegistryError { throw error }
      return Answer(listing: .tags(tags.sorted(by: TagOrder.precedes)), isWithoutLogin: true)
    }
  }

  /// By their last tag; what has none comes first.
  private static func ordered(_ artifacts: [RegistryListing.Artifact]) -> [RegistryListing.Artifact] {
    artifacts.sorted { one, other in
      switch (one.tags.last, other.tags.last) {
      case (let tag?, let second?): TagOrder.precedes(tag, second)
      case (nil, _?): true
      case (_?, nil): false
      case (nil, nil): (one.pushed ?? "", one.digest) < (other.pushed ?? "", other.digest)
      }
    }
  }

  /// Without Harbor's API: the whole catalog, since there is no other way to a part of it.
  private func catalog(_ path: [String]) async throws -> RegistryListing {
    let wanted = path.joined(separator: "/")
    let all: [String]
    do { all = try await client.catalog() } catch let error as RegistryError {
      // The list may be forbidden where the repository itself is not.
      guard error.failureClass == .unsupported, !path.isEmpty, let tags = try? await client.tags(wanted) else {
        throw error
      }
      return .tags(tags.sorted(by: TagOrder.precedes))
    }
    if all.contains(wanted) { return .tags(try await client.tags(wanted).sorted(by: TagOrder.precedes)) }
    let part = wanted.isEmpty ? all : all.filter { $0.hasPrefix("\(wanted)/") }
    guard !part.isEmpty || wanted.isEmpty else { throw RegistryError(.repositoryNotFound) }
    return .repositories(part.sorted().map { .init(name: $0, artifacts: nil, updated: nil) })
  }
}
