import ImageModel
import Synchronization

/// Registries that cannot be reached: a long list is not asked for name by name, each with all its tries, where the line fails
/// each time.
final class HostFailures: Sendable {
  /// Images in a row for which the line to a registry must have failed.
  private static let limit = 3

  private struct Failure {
    var count = 0
    var error: any ClassifiedError
  }

  private let state = Mutex<[RegistryName: Failure]>([:])

  /// Asks a registry, unless the line to it has failed too often.
  ///
  /// - Throws: what `ask` throws, now or the last time.
  func ask<Answer>(_ registry: RegistryName, _ ask: () async throws -> Answer) async throws -> Answer {
    if let failure = state.withLock({ $0[registry] }), failure.count >= Self.limit { throw failure.error }
    do {
      let answer = try await ask()
      state.withLock { $0[registry] = nil }
      return answer
    } catch let error as any ClassifiedError {
      note(error, registry)
      throw error
    }
  }

  private func note(_ error: any ClassifiedError, _ registry: RegistryName) {
    state.withLock { state in
      guard [.network, .tls, .proxy].contains(error.failureClass) else {
        // It has answered.
        state[registry] = nil
        return
      }
      state[registry] = Failure(count: (state[registry]?.count ?? 0) + 1, error: error)
    }
  }
}
