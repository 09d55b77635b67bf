/// What a token is asked for (distribution token scope): one repository and the actions in it, or the registry's list.
package struct TokenScope: Sendable, Hashable {
  package let kind: Kind
  /// Empty where no repository is concerned.
  package let repository: String
  package let actions: String

  package static func pull(_ repository: String) -> TokenScope {
    TokenScope(kind: .repository, repository: repository, actions: "pull")
  }

  /// The list of all repositories.
  package static let catalog = TokenScope(kind: .catalog, repository: "", actions: "*")

  package enum Kind: Sendable, Hashable {
    case repository, catalog
  }

  package var text: String {
    switch kind {
    case .repository: "repository:\(repository):\(actions)"
    case .catalog: "registry:catalog:\(actions)"
    }
  }
}
