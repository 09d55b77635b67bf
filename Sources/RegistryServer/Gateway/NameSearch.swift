import HTTPAccess
import ImageCopy
import ImageModel
import Synchronization
import Waiting

/// Finds out which image a name means. Where it may mean images of several registries, these are asked in their order, those
/// alone that the server may ask. What was found is kept, so that the rest of an archive is asked for where its beginning came
/// from.
final class NameSearch: Sendable {
  private static let kept = (limit: 1_024, lifetime: Duration.seconds(3_600))

  private let pull: ImagePull
  private let access: RegistryAccess
  private let rule: UpstreamRule
  private let found = Mutex(BoundedTable<Question, ImageReference>(limit: kept.limit, lifetime: kept.lifetime))
  private let time: Stopwatch

  private struct Question: Sendable, Hashable {
    let names: [ImageReference]
    /// Whether any tag of the repository will do.
    let ofRepository: Bool
  }

  init(_ pull: ImagePull, access: RegistryAccess, rule: UpstreamRule, clock: any Clock<Duration>) {
    self.pull = pull
    self.access = access
    self.rule = rule
    time = Stopwatch(clock)
  }

  /// - Parameter count: counts a question to a registry, and may refuse it.
  /// - Throws: ``GatewayError``; `ImageReferenceError`; as `RegistryAccess.first(of:text:hasLogin:)`; what `count` throws.
  func image(typed text: String, count: () throws -> Void) async throws -> ImageReference {
    let typed = try TypedImage(text, by: access)
    return try await meaning(of: typed, ofRepository: false, count) { [pull] in
      try await pull.first(of: $0, text: typed.text)
    }
  }

  /// The same for a name whose tag does not matter: a registry that has the repository counts.
  func repository(typed text: String, count: () throws -> Void) async throws -> ImageReference {
    let typed = try TypedImage(text, by: access)
    return try await meaning(of: typed, ofRepository: true, count) { [pull] names in
      let pattern = try await pull.first(
        of: names.map { try ImagePattern(parsing: $0.qualifiedRepository) }, text: typed.text)
      return try ImageReference(registry: pattern.registry, repository: pattern.repository.description)
    }
  }

  private func meaning(
    of typed: TypedImage, ofRepository: Bool, _ count: () throws -> Void,
    search: ([ImageReference]) async throws -> ImageReference
  ) async throws -> ImageReference {
    let names = typed.meanings.filter { rule.allows($0.registry) }
    guard let first = names.first else {
      throw GatewayError.upstreamNotAllowed(typed.meanings[0].registry, allowed: rule.registries)
    }
    guard names.count > 1 else { return first }
    let question = Question(names: names, ofRepository: ofRepository)
    if let known = found.withLock({ $0[question, at: time.elapsed] }) { return known }
    for _ in names { try count() }
    let name = try await search(names)
    found.withLock { $0[question, at: time.elapsed] = name }
    return name
  }
}
