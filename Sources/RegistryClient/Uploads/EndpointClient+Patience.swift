import HTTPAccess
import Waiting

extension EndpointClient {
  /// Sends a request of a push once the registry bears it: where it asked one of them for patience (429, 503), all others
  /// wait with it, and one goes first.
  ///
  /// - Parameter isLong: the request may take minutes, and others need not wait for its answer.
  /// - Throws: what `send` throws; `CancellationError`.
  func patiently(
    _ repository: String, isLong: Bool = false, _ send: () async throws -> Answer
  ) async throws -> Answer {
    try await uploadPatience.pass()
    if isLong { uploadPatience.yield() }
    do {
      let answer = try await send()
      switch answer.response.status {
      case 429, 503:
        let step = retrier.policy.step(
          after: failure(of: answer, repository).kind, failures: 1, now: retrier.now(), jitter: retrier.jitter())
        if case .retry(let pause, _) = step, pause > .zero {
          uploadPatience.close(for: pause)
        } else {
          uploadPatience.yield()
        }
      default: uploadPatience.open()
      }
      if 500...599 ~= answer.response.status { uploadSlots.halve(repository) }
      return answer
    } catch {
      uploadPatience.yield()
      throw error
    }
  }
}
