import ImageModel

/// What is put up with from registries before somebody who waits has an answer.
struct UpstreamPatience: Sendable {
  /// How long it may take where there is an answer from before.
  private static let withFormer = Duration.seconds(5)
  /// The same where there is none, for all that precedes the head of an answer: a client of a mirror asks the next one then.
  private static let beforeHead = Duration.seconds(30)

  private let clock: any Clock<Duration>
  private let limit: Duration

  /// Where there is an answer from before.
  static func withFormer(_ clock: any Clock<Duration>) -> UpstreamPatience {
    UpstreamPatience(clock: clock, limit: withFormer)
  }

  /// For all that precedes the head of an answer.
  static func beforeHead(_ clock: any Clock<Duration>) -> UpstreamPatience {
    UpstreamPatience(clock: clock, limit: beforeHead)
  }

  /// - Throws: what `body` throws; ``GatewayError/upstreamSilent(seconds:)`` where it takes too long.
  func soon<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await body() }
      group.addTask { [clock, limit] in
        try await clock.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let result = first else {
        throw GatewayError.upstreamSilent(seconds: limit.components.seconds)
      }
      return result
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
