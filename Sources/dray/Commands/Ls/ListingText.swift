import DrayMessages
import ImageCopy

/// What `dray ls` shows: a line each, the name first, so that it can be copied or cut off.
struct ListingText {
  let listing: RegistryListing
  let place: RegistryPlace
  let language: Language

  private var registry: String { "\(place.registry)" }
  private var repository: String { ([registry] + place.path).joined(separator: "/") }

  var text: String {
    switch listing {
    case .projects(let projects):
      table(
        projects.map { project in
          [
            "\(registry)/\(project.name)", (project.isPublic ? ListPhrase.public : .private).text(language),
            project.repositories.map { ListPhrase.repositories($0).text(language) },
          ]
        })
    case .repositories(let repositories):
      table(
        repositories.map { repository in
          [
            "\(registry)/\(repository.name)", repository.artifacts.map { ListPhrase.artifacts($0).text(language) },
            repository.updated,
          ]
        })
    case .artifacts(let artifacts):
      table(
        artifacts.map { artifact in
          [
            artifact.tags.isEmpty ? "-" : artifact.tags.joined(separator: ","),
            artifact.size.map { "\(ByteCount($0))" } ?? "-", artifact.pushed ?? "-", artifact.kind ?? "-",
            artifact.digest,
          ]
        })
    case .tags(let tags): table(tags.map { [$0] })
    }
  }

  /// Columns with two blanks between; all of it is foreign.
  private func table(_ rows: [[String?]]) -> String {
    let rows = rows.map { row in row.map { TerminalText.escaped($0 ?? "") } }
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
    return rows.map { row in
      var line = zip(row, widths).map { DisplayWidth.padded($0, to: $1) }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  var json: String {
    switch listing {
    case .projects(let projects):
      projects.map {
        JSONLine.text(
          ProjectRecord(registry: registry, name: $0.name, isPublic: $0.isPublic, repositories: $0.repositories))
      }.joined()
    case .repositories(let repositories):
      repositories.map {
        JSONLine.text(
          RepositoryRecord(repository: "\(registry)/\($0.name)", artifacts: $0.artifacts, updated: $0.updated))
      }.joined()
    case .artifacts(let artifacts):
      artifacts.map {
        JSONLine.text(
          ArtifactListRecord(
            repository: repository, digest: $0.digest, tags: $0.tags, size: $0.size, pushed: $0.pushed, kind: $0.kind))
      }.joined()
    case .tags(let tags): JSONLine.text(TagsRecord(repository: repository, tags: tags))
    }
  }
}

private struct ProjectRecord: Encodable {
  let event = "project"
  let registry: String
  let name: String
  let isPublic: Bool
  let repositories: Int64?

  enum CodingKeys: String, CodingKey {
    case event, registry, name, repositories
    case isPublic = "public"
  }
}

private struct RepositoryRecord: Encodable {
  let event = "repository"
  let repository: String
  let artifacts: Int64?
  let updated: String?
}

private struct ArtifactListRecord: Encodable {
  let event = "artifact"
  let repository: String
  let digest: String
  let tags: [String]
  let size: Int64?
  let pushed: String?
  let kind: String?
}
