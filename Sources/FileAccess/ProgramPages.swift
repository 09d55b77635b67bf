import SystemPackage

/// The pages of this program's own code that are in memory.
package enum ProgramPages {
  /// Lets go of those that were read for the start and will hardly be used again (madvise(2), `MADV_DONTNEED`). They are those
  /// of a file: what is used again comes back from the page cache. Where the system does not say where they are, they stay.
  package static func letGo() {
    #if os(Linux)
      guard let bytes = try? FileDescriptor.bytes(of: "/proc/self/maps", limit: 1 << 20) else { return }
      for range in codeRanges(in: String(decoding: bytes, as: UTF8.self)) {
        guard let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
        _ = madvise(start, Int(range.count), CInt(MADV_DONTNEED))
      }
    #endif
  }

  /// Where code of files stands. What can be written to, or could once, has bytes that no file has.
  ///
  /// - Parameter maps: what `/proc/PID/maps` says (proc(5)).
  static func codeRanges(in maps: String) -> [Range<UInt>] {
    maps.split(separator: "\n").compactMap { line in
      // start-end permissions offset device inode path
      let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard words.count == 6, words[1] == "r-xp", words[5].drop(while: { $0 == " " }).first == "/" else { return nil }
      let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
    }
  }
}
