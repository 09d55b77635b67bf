import SystemPackage
import Testing

@testable import FileAccess

@Suite("Pressure on the page cache")
struct PageCachePressureTests {
  @Test("an archive is large from half of the memory that there is")
  func threshold() {
    #expect(!PageCachePressure.isHigh(size: 370 << 20, available: 8 << 30))
    #expect(PageCachePressure.isHigh(size: 20 << 30, available: 8 << 30))
    #expect(PageCachePressure.isHigh(size: 370 << 20, available: 64 << 20))
    #expect(!PageCachePressure.isHigh(size: 370 << 20, available: nil))
    #expect(PageCachePressure.isHigh(size: 20 << 30, available: nil))
  }

  @Test("what the system says is read, and what makes no sense is not")
  func memory() {
    #expect(PageCachePressure.available(in: "MemTotal:  100 kB\nMemAvailable:   24 kB\nBuffers: 1 kB\n") == 24 << 10)
    #expect(PageCachePressure.available(in: "MemTotal:  100 kB\n") == nil)
    #expect(PageCachePressure.available(in: "MemAvailable: 9223372036854775807 kB") == nil)
    #expect(PageCachePressure.available(in: "MemAvailable: x kB") == nil)
    #expect(PageCachePressure.available(in: "") == nil)
  }
}
