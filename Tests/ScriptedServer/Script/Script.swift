/// The requests that a server expects. Anything else is answered 599 and fails the run.
public struct Script: Sendable, ExpressibleByArrayLiteral {
  public enum Order: Sendable {
    /// The first rule in the list that takes the request and is not used up answers it, so faults stand before
    /// the honest rules.
    case any
    /// Rules are used one after another. A rule gives way to the next one once it was used, and must once it is
    /// used up.
    case asListed
  }

  public var rules: [Rule]
  public var order: Order

  public init(_ rules: [Rule], order: Order = .any) {
    self.rules = rules
    self.order = order
  }

  public init(arrayLiteral rules: Rule...) {
    self.init(rules)
  }

  public static func inOrder(_ rules: Rule...) -> Script {
    Script(rules, order: .asListed)
  }
}
