import Testing

@testable import DrayMessages
@testable import dray

/// Shows times in UTC, wherever the machine is.
struct UTCTrait: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await LocalTime.$zone.withValue(.utc) { try await function() }
  }
}

extension Trait where Self == UTCTrait {
  static var utc: Self { Self() }
}
