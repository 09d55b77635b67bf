import FileAccess

/// A moment as a clock on the wall here shows it: `2026-03-01 17:05:00 +0800`.
package struct LocalTime: Sendable, Hashable, CustomStringConvertible {
  package enum Zone: Sendable {
    case local, utc
  }

  /// Where the clock hangs. `TZ` is the whole process's; this is a task's, so that tests beside one another may differ.
  @TaskLocal package static var zone = Zone.local

  /// Since 1970.
  package let seconds: Int64

  package var description: String {
    var fields = tm()
    var time = time_t(seconds)
    let isKnown =
      switch Self.zone {
      case .local: localtime_r(&time, &fields) != nil
      case .utc: gmtime_r(&time, &fields) != nil
      }
    guard isKnown else { return "@\(seconds)" }
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S %z", &fields)
    guard count > 0 else { return "@\(seconds)" }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
