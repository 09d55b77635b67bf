import DrayMessages
import FoundationEssentials
import Synchronization

/// Shows how far the layers of an image are read: on a terminal one line in place, elsewhere a line now and then. What takes
/// less than a second says nothing.
struct LayerProgress: Sendable {
  private static let tick = Duration.milliseconds(100)
  private static let quiet = Duration.seconds(1)
  private static let pause = Duration.seconds(5)

  /// Layers that are read at the same time.
  static var width: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  private let language: Language
  private let size: Int64
  private let start: Duration
  private var rate = RateWindow()
  private var region = TerminalRegion()
  private var last: Duration

  private init(language: Language, size: Int64, now: Duration) {
    self.language = language
    self.size = size
    start = now
    last = now
  }

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
        var progress = LayerProgress(language: context.language, size: size, now: context.now())
        while (try? await Task.sleep(for: tick)) != nil {
          if let text = progress.text(counter.count, context: context) { context.say(text) }
        }
        if context.errorAbility == .cursor {
          context.say(progress.region.erase(size: TerminalSize(of: context.errors.descriptor)))
        }
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

  private mutating func text(_ count: Int64, context: CommandContext) -> String? {
    let now = context.now()
    rate.add(count, at: now)
    guard now - start >= Self.quiet else { return nil }
    let received = min(count, size)
    if context.errorAbility == .cursor {
      guard context.errors.isReady else { return nil }
      let terminal = TerminalSize(of: context.errors.descriptor)
      let row = ProgressRow(
        label: ContentsPhrase.reading.text(language), received: received, size: size, rate: rate.rate)
      return region.replace(with: [ProgressLayout(columns: terminal.columns - 1).line(row)], size: terminal)
    }
    guard now - last >= Self.pause else { return nil }
    last = now
    let percent = ProgressTotals.percent(received, of: size)
    return ContentsPhrase.read(ByteCount(received), of: ByteCount(size), percent: percent).text(language) + "\n"
  }
}

/// Bytes that several threads count.
private final class ByteCounter: Sendable {
  private let value = Atomic<Int64>(0)

  var count: Int64 { value.load(ordering: .relaxed) }

  func add(_ count: Int) { value.add(Int64(count), ordering: .relaxed) }
}
