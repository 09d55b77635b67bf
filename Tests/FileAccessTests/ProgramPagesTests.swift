import SystemPackage
import Testing

@testable import FileAccess

@Suite("The program's own pages")
struct ProgramPagesTests {
  @Test("code of files is found among all that is mapped, and nothing that was ever written to")
  func ranges() {
    let maps = """
      00200000-00a31000 r--p 00000000 fe:00 1311 /usr/local/bin/dray
      00a32000-02000000 r-xp 00831000 fe:00 1311 /usr/local/bin/dray
      02001000-02200000 r--p 01dff000 fe:00 1311 /usr/local/bin/dray
      02200000-02210000 rw-p 01ffe000 fe:00 1311 /usr/local/bin/dray
      7f0000000000-7f0000001000 r-xp 00000000 00:00 0
      7f0000002000-7f0000003000 r-xp 00000000 00:2e 99                 /lib/a name with spaces.so (deleted)
      7f0000004000-7f0000005000 rwxp 00000000 fe:00 7 /tmp/made
      7ffd3d5f2000-7ffd3d5f4000 r-xp 00000000 00:00 0 [vdso]
      nonsense

      """
    #expect(ProgramPages.codeRanges(in: maps) == [0xa3_2000..<0x200_0000, 0x7f00_0000_2000..<0x7f00_0000_3000])
  }

  #if os(Linux)
    @Test("T404: what was read for the start goes, and the program works on")
    func letGo() throws {
      var before = try Self.pages
      // Other tests use code meanwhile.
      for _ in 0..<100 {
        before = try Self.pages
        ProgramPages.letGo()
        if try Self.pages < before { break }
      }
      #expect(try Self.pages < before)
    }

    /// Those of files, in KiB (proc(5), `RssFile`).
    private static var pages: Int {
      get throws {
        let status = String(decoding: try FileDescriptor.bytes(of: "/proc/self/status", limit: 1 << 16), as: UTF8.self)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
      }
    }
  #endif
}
