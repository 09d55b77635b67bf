/// What a token is asked for (distribution token scope): one repository and the actions in it.
package struct TokenScope: Sendable, Hashable {
  package let repository: String
  package let actions: String

  package static func pull(_ repository: String) -> TokenScope {
    TokenScope(repository: repository, actions: "pull")
  }

  package var text: String { "repository:\(repository):\(actions)" }
}
