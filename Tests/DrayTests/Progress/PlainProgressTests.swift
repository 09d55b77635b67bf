import ImageCopy
import Testing

@testable import DrayMessages
@testable import dray

struct PlainProgressTests {
  /// The moments of the lines, in seconds, of a pull that takes `seconds` at an even rate.
  private func moments(seconds: Int, size: Int64 = 100_000_000) -> [Double] {
    var progress = PlainProgress(language: .english)
    return (0...seconds * 10).compactMap { tick in
      let received = size * Int64(tick) / Int64(seconds * 10)
      let blobs = [Samples.layer(1, size: size, received: received)]
      let line = progress.line(Samples.progress(blobs), now: .milliseconds(tick * 100))
      return line.map { _ in Double(tick) / 10 }
    }
  }

  @Test("The first line comes after a second, then one with each tenth")
  func tenths() {
    #expect(moments(seconds: 20) == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
  }

  @Test("There is at most one line a second, and a short pull has none or one")
  func rare() {
    #expect(moments(seconds: 3) == [1, 2, 3])
    #expect(moments(seconds: 1) == [1])
    var progress = PlainProgress(language: .english)
    #expect(progress.line(Samples.progress([Samples.layer(1, size: 10)]), now: .seconds(100)) == nil)
    #expect(progress.line(Samples.progress([Samples.layer(1, size: 10)]), now: .seconds(100.9)) == nil)
  }

  @Test("A slow pull has a line each five seconds at first, and fewer and fewer later")
  func slow() {
    let minute = moments(seconds: 3_600).filter { $0 < 60 }
    #expect(minute == [1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 51.2, 56.9])
    #expect((50...70).contains(moments(seconds: 3_600).count))
  }

  @Test("A line says how much there is, how fast it comes and how long it takes")
  func words() {
    var progress = PlainProgress(language: .english)
    var line: String?
    for second in 0...1 {
      let blobs = [
        Samples.layer(1, size: 1_000_000, received: 1_000_000),
        Samples.layer(2, size: 9_000_000, received: Int64(second) * 1_000_000),
      ]
      line = progress.line(Samples.progress(blobs), now: .seconds(second))
    }
    #expect(line == "2.0 MB of 10.0 MB (20%), 1.0 MB/s, 0:08 left, 1 of 2 blobs done")
  }
}
