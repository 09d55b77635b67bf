import ImageModel

/// What is put up with from a registry where there is an answer from before.
struct UpstreamPatience: Sendable {
  /// How long it may take.
  private static let limit = Duration.seconds(5)

  private struct TooSlow: Error {}

  let clock: any Clock<Duration>

  /// - Throws: what `body` throws; an error where it takes too long.
  func soon<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await body() }
      group.addTask { [clock] in
        try await clock.sleep(for: Self.limit)
        throw TooSlow()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw TooSlow() }
      return first
    }
  }

  /// - Throws: `error`, where the registry says that something is not there, or not for this server: then an answer from before
  ///   is wrong. `CancellationError`.
  static func checkForgiven(_ error: any Error) throws {
    try Task.checkCancellation()
    if let failure = (error as? any ClassifiedError)?.failureClass, [.notFound, .authentication].contains(failure) {
      throw error
    }
  }
}
