import FoundationEssentials
import Synchronization

/// Shows how far the layers of an image are read. What takes less than a second shows nothing.
enum LayerProgress {
  private static let tick = Duration.milliseconds(100)
  private static let quiet = Duration.seconds(1)

  /// Layers that are read at the same time.
  static var width: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// Runs work that reads so many bytes, and shows how far it is.
  ///
  /// - Parameter work: tells how many bytes more were read.
  static func shown<Result: Sendable>(
    _ context: CommandContext, sizes: [Int64],
    _ work: (_ passed: @escaping @Sendable (Int) -> Void) async throws -> Result
  ) async throws -> Result {
    let counter = ByteCounter()
    let size = sizes.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let display = ProgressDisplay(context)
        let start = context.now()
        while (try? await Task.sleep(for: tick)) != nil {
          if context.now() - start >= quiet { display.show(read: min(counter.count, size), of: size) }
        }
        display.end()
      }
      do {
        let result = try await work { counter.add($0) }
        group.cancelAll()
        try await group.waitForAll()
        return result
      } catch {
        group.cancelAll()
        try? await group.waitForAll()
        throw error
      }
    }
  }
}

/// Bytes that several threads count.
private final class ByteCounter: Sendable {
  private let value = Atomic<Int64>(0)

  var count: Int64 { value.load(ordering: .relaxed) }

  func add(_ count: Int) { value.add(Int64(count), ordering: .relaxed) }
}
