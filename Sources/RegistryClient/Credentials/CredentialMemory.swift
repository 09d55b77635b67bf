import ImageModel
import Synchronization
import Waiting

/// What the places of credentials said, so that each is asked once for a repository: a credential helper may be slow, or want
/// a person to unlock something. It never prints.
package final class CredentialMemory: CredentialSource {
  private let source: any CredentialSource
  private let answers: Mutex<ExpiringTable<CredentialQuery, Answer>>
  private let time: ElapsedTime
  private let turn = Turnstile()

  private struct Answer {
    let found: FoundCredential?
  }

  /// - Parameter lifetime: how long an answer counts; nil for as long as the memory lives.
  package init(_ source: any CredentialSource, clock: any Clock<Duration>, lifetime: Duration?) {
    self.source = source
    time = ElapsedTime(clock)
    answers = Mutex(ExpiringTable(lifetime: lifetime))
  }

  /// Whoever asks while another already does waits for the same answer. A failure is not kept.
  package func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    if let answer = answer(query) { return answer.found }
    return try await turn.pass {
      if let answer = self.answer(query) { return answer.found }
      let found = try await self.source.credential(for: query)
      self.answers.withLock { $0[query, at: self.time.elapsed] = Answer(found: found) }
      return found
    }
  }

  private func answer(_ query: CredentialQuery) -> Answer? { answers.withLock { $0[query, at: time.elapsed] } }

  /// Has the places asked anew: what was found is no longer good.
  package func forget(_ query: CredentialQuery) { answers.withLock { $0[query, at: time.elapsed] = nil } }

  package func places(for query: CredentialQuery) -> [CredentialPlace] { source.places(for: query) }

  package func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? {
    source.provenance(of: origin, for: query)
  }
}
