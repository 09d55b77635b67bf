import Synchronization

/// How far a blob is on its way: up to which byte it was handed to the socket. It goes back where a request begins anew.
final class UploadMeter: Sendable {
  private let position = Mutex<Int64>(0)
  private let report: @Sendable (Int64) -> Void

  init(_ report: @escaping @Sendable (Int64) -> Void) {
    self.report = report
  }

  var handed: Int64 { position.withLock(\.self) }

  func begin(at offset: Int64) {
    position.withLock { $0 = offset }
    report(offset)
  }

  func add(_ count: Int) {
    report(
      position.withLock { position in
        position += Int64(count)
        return position
      })
  }
}
