/// A copy of images to somewhere: what it would do, and doing it.
public protocol ImageCopying: Sendable {
  /// Finds out what ``run(observe:)`` would do, and changes nothing.
  ///
  /// - Throws: as ``run(observe:)``.
  func plan(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushPlan

  /// Copies. A name appears only once all that it stands for is there.
  ///
  /// - Parameter observe: called from any thread, one call at a time for each kind of event.
  func run(observe: @escaping @Sendable (PushEvent) -> Void) async throws -> PushResult
}
