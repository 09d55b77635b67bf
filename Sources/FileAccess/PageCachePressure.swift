import SystemPackage

/// Whether an archive is so large that it would drive out of the page cache what other programs need.
public enum PageCachePressure {
  /// Where the system does not say how much memory there is, an archive above this is large, in bytes.
  static let fallback: Int64 = 4 << 30

  /// - Parameter size: that of the archive in bytes.
  public static func isHigh(size: Int64) -> Bool { isHigh(size: size, available: availableMemory) }

  static func isHigh(size: Int64, available: Int64?) -> Bool {
    size > (available.map { $0 / 2 } ?? fallback)
  }

  /// What programs may still take without anything being written out, in bytes (proc(5), `MemAvailable`); nil where the
  /// system does not say.
  private static var availableMemory: Int64? {
    guard let bytes = try? FileDescriptor.bytes(of: "/proc/meminfo", limit: 4_096) else { return nil }
    return available(in: String(decoding: bytes, as: UTF8.self))
  }

  /// - Parameter text: what `/proc/meminfo` says.
  static func available(in text: String) -> Int64? {
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      let words = line.split(separator: " ")
      guard words.count == 3, words[2] == "kB", let kibibytes = Int64(words[1]) else { return nil }
      let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
    return nil
  }
}
