import HTTPAccess
import ImageModel
import Synchronization
import Waiting

/// What the places of credentials said, so that each is asked once: a credential helper may be slow, or want a person to
/// unlock something. It never prints.
package final class CredentialMemory: CredentialSource {
  private let source: any CredentialSource
  private let state: Mutex<State>
  private let time: Stopwatch
  private let lifetime: Duration?
  private let change = ChangeSignal()

  private struct State {
    var answers: BoundedTable<CredentialQuery, Result<FoundCredential?, CredentialError>>
    /// What is being asked now.
    var asking: Set<CredentialQuery> = []
  }

  /// Answers that are kept at most.
  static let limit = 256
  /// A place that failed is asked again after this time, unless answers count for as long as the memory lives.
  static let failureLifetime = Duration.seconds(30)

  /// - Parameter lifetime: how long an answer counts; nil for as long as the memory lives.
  package init(_ source: any CredentialSource, clock: any Clock<Duration>, lifetime: Duration?) {
    self.source = source
    self.lifetime = lifetime
    time = Stopwatch(clock)
    state = Mutex(State(answers: BoundedTable(limit: Self.limit, lifetime: lifetime)))
  }

  /// Asks the source once for all queries that it answers in the same way. Whoever asks meanwhile waits for that answer.
  ///
  /// - Throws: ``CredentialError``, which is kept like an answer; `CancellationError`.
  package func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    let part = source.relevantPart(of: query)
    while true {
      let generation = change.generation
      let (answer, mayAsk) = state.withLock { state in
        let answer = state.answers[part, at: time.elapsed]
        return (answer, answer == nil && state.asking.insert(part).inserted)
      }
      if let answer { return try answer.get() }
      if mayAsk { return try await ask(query, part).get() }
      try await change.wait(since: generation)
    }
  }

  private func ask(
    _ query: CredentialQuery, _ part: CredentialQuery
  ) async throws -> Result<FoundCredential?, CredentialError> {
    defer {
      state.withLock { _ = $0.asking.remove(part) }
      change.notify()
    }
    let answer: Result<FoundCredential?, CredentialError>
    var lifetime = lifetime
    do { answer = .success(try await source.credential(for: query)) } catch let error as CredentialError {
      answer = .failure(error)
      lifetime = lifetime.map { min($0, Self.failureLifetime) }
    }
    state.withLock { $0.answers.keep(answer, for: part, at: time.elapsed, lifetime: lifetime) }
    return answer
  }

  /// Has the places asked anew: what was found is no longer good.
  package func forget(_ query: CredentialQuery) {
    let part = source.relevantPart(of: query)
    state.withLock { $0.answers[part, at: time.elapsed] = nil }
  }

  package func relevantPart(of query: CredentialQuery) -> CredentialQuery { source.relevantPart(of: query) }

  package func places(for query: CredentialQuery) -> [CredentialPlace] { source.places(for: query) }

  package func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? {
    source.provenance(of: origin, for: query)
  }
}
