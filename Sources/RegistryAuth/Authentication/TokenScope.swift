/// What a token is asked for (distribution token scope): one repository and the actions in it, with another repository
/// whose blobs may be mounted, or the registry's list.
package struct TokenScope: Sendable, Hashable {
  package let kind: Kind
  /// Empty where no repository is concerned.
  package let repository: String
  package let actions: Actions
  /// Another repository that must be readable with the same token (distribution-spec "Mounting a blob", `from`).
  package let mountsFrom: String?

  package static func pull(_ repository: String) -> TokenScope {
    TokenScope(kind: .repository, repository: repository, actions: .pull, mountsFrom: nil)
  }

  /// - Parameter mountsFrom: see ``mountsFrom``; nil where nothing is mounted.
  package static func push(_ repository: String, mountsFrom: String? = nil) -> TokenScope {
    TokenScope(kind: .repository, repository: repository, actions: [.pull, .push], mountsFrom: mountsFrom)
  }

  /// To take tags away; with the rights to push, which token services know everywhere.
  package static func delete(_ repository: String) -> TokenScope {
    TokenScope(kind: .repository, repository: repository, actions: [.pull, .push, .delete], mountsFrom: nil)
  }

  /// The list of all repositories.
  package static let catalog = TokenScope(kind: .catalog, repository: "", actions: .all, mountsFrom: nil)

  package enum Kind: Sendable, Hashable {
    case repository, catalog
  }

  package struct Actions: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let pull = Actions(rawValue: 1)
    package static let push = Actions(rawValue: 2)
    /// `*`
    package static let all = Actions(rawValue: 4)
    package static let delete = Actions(rawValue: 8)

    fileprivate var text: String {
      [(Actions.pull, "pull"), (.push, "push"), (.delete, "delete"), (.all, "*")].filter { contains($0.0) }.map(\.1)
        .joined(separator: ",")
    }
  }

  /// The values of the `scope` parameters, one a parameter: some servers read the first alone, so that is the one that
  /// cannot be done without.
  package var texts: [String] {
    switch kind {
    case .repository:
      ["repository:\(repository):\(actions.text)"] + (mountsFrom.map { ["repository:\($0):pull"] } ?? [])
    case .catalog: ["registry:catalog:\(actions.text)"]
    }
  }

  /// Whether what was granted for this is good for `other`, too.
  ///
  /// Another repository never is: two of them may have two accounts.
  package func covers(_ other: TokenScope) -> Bool {
    kind == other.kind && repository == other.repository && actions.isSuperset(of: other.actions)
      && (other.mountsFrom == nil || mountsFrom == other.mountsFrom)
  }
}
