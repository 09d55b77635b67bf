import DrayMessages
import ImageCopy
import ImageModel

/// One pull, shown while it runs.
struct ShownPull: Sendable {
  let context: CommandContext
  let puller: any ImagePuller
  let presenter: any PullPresenter
  var log: RequestLog?
  /// Told what was pulled.
  var finished: @Sendable (PullResult) -> Void = { _ in }

  func run(_ request: PullRequest) async -> ExitCode {
    let (failures, failure) = AsyncStream.makeStream(of: Void.self)
    let reporter = PullReporter(presenter, context: context) { failure.yield() }
    log?.hand(to: { reporter.remark($0) })
    defer { log?.writePlainly() }
    do {
      // Where standard output cannot take what is told, whoever reads it has gone.
      let result = try await withThrowingTaskGroup(of: PullResult?.self) { group in
        group.addTask { try await puller.run(request) { reporter.observe($0) } }
        group.addTask {
          for await _ in failures { break }
          return nil
        }
        defer { group.cancelAll() }
        while let step = try await group.next() {
          if let result = step { return result }
          group.cancelAll()
        }
        throw CancellationError()
      }
      finished(result)
      try reporter.finished(result)
      return result.leftOut.isEmpty ? .success : .incomplete
    } catch {
      return report(error, of: request, reporter)
    }
  }

  /// Tells what a pull would do.
  func preview(_ request: PullRequest) async -> ExitCode {
    let reporter = PullReporter(presenter, context: context) {}
    do {
      let preview = try await puller.preview(request) { reporter.observe(.warning($0)) }
      try reporter.previewed(preview)
      return preview.leftOut.isEmpty ? .success : .incomplete
    } catch {
      return report(error, of: request, reporter)
    }
  }

  private func report(_ error: any Error, of request: PullRequest, _ reporter: PullReporter) -> ExitCode {
    if error is OutputClosed { return .outputClosed }
    if let error = error as? StreamError { return context.exitCode(for: error) }
    do {
      if let signal = context.signal() {
        let isResumable = reporter.hasStarted && request.output != .standardOutput
        try reporter.failed(.interrupted(signal, isResumable: isResumable))
        return .interrupted(signal)
      }
      let report = FailureReport(error, of: request.images.count == 1 ? request.reference : nil)
      try reporter.failed(.error(report))
      return ExitCode(report.failureClass)
    } catch {
      return context.exitCode(for: error)
    }
  }
}
