import Testing

@testable import DrayMessages
@testable import dray

struct NumbersTests {
  @Test(
    "Bytes are shown in decimal units with one decimal place",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_049, "1.0 kB"), (1_050, "1.1 kB"), (999_949, "999.9 kB"),
      (999_950, "1.0 MB"), (56_800_000, "56.8 MB"), (2_000_000_000_000, "2.0 TB"), (Int64.max, "9.2 EB"), (-5, "-5 B"),
    ])
  func byteCounts(bytes: Int64, text: String) {
    #expect(ByteCount(bytes).description == text)
  }

  @Test(
    "Times are shown as a clock does, rounded up",
    arguments: [
      (0.0, "0:00"), (0.1, "0:01"), (59.2, "1:00"), (61, "1:01"), (3_600, "1:00:00"), (3_723, "1:02:03"),
      (1e9, "99:59:59"), (.infinity, "99:59:59"), (.nan, "99:59:59"), (-3, "0:00"),
    ])
  func clockTimes(seconds: Double, text: String) {
    #expect(ClockTime(seconds: seconds).description == text)
  }

  @Test("There is no time left where nothing moves")
  func timeLeft() {
    #expect(ClockTime(for: 100, at: nil) == nil)
    #expect(ClockTime(for: 100, at: ByteRate(0)) == nil)
    #expect(ClockTime(for: 100, at: ByteRate(50))?.description == "0:02")
    #expect(ClockTime(for: .max, at: ByteRate(1e-300))?.description == "99:59:59")
  }

  @Test(
    "Elapsed times have a tenth below a minute",
    arguments: [
      (0, "0.0 s"), (440, "0.4 s"), (59_900, "59.9 s"), (59_960, "1:00"), (61_000, "1:01"), (3_600_000, "1:00:00"),
    ])
  func elapsedTimes(milliseconds: Int, text: String) {
    #expect(ElapsedTime(.milliseconds(milliseconds)).description == text)
  }

  @Test(
    "A share is 100 % only when it is all",
    arguments: [
      (0, 100, 0), (99, 100, 99), (999_999_999, 1_000_000_000, 99), (100, 100, 100), (0, 0, 100), (.max - 1, .max, 99),
      (-1, 100, 0), (200, 100, 100),
    ] as [(Int64, Int64, Int)])
  func percent(part: Int64, whole: Int64, percent: Int) {
    #expect(ProgressTotals.percent(part, of: whole) == percent)
  }

  @Test("Sums of sizes beyond 64 bits do not trap")
  func sumsSaturate() {
    let blobs = [Samples.layer(1, size: .max, received: .max), Samples.layer(2, size: .max, received: .max)]
    let totals = ProgressTotals(Samples.progress([blobs[0]]))
    #expect(totals.size == .max)
    #expect(ProgressTotals(.init(elapsed: .zero, blobs: blobs, bytesFetched: 0)).size == .max)
  }
}

struct RateWindowTests {
  @Test("A rate is that of the last five seconds")
  func slides() {
    var window = RateWindow()
    for second in 0...10 { window.add(Int64(second) * 1_000, at: .seconds(second)) }
    #expect(window.rate == ByteRate(1_000))
    for second in 11...15 { window.add(10_000, at: .seconds(second)) }
    #expect(window.rate == ByteRate(0))
    #expect(!window.isMoving)
  }

  @Test("There is no rate before enough has been watched")
  func waits() {
    var window = RateWindow()
    #expect(window.rate == nil)
    window.add(0, at: .zero)
    window.add(1_000_000, at: .milliseconds(300))
    #expect(window.rate == nil)
    window.add(1_000_000, at: .milliseconds(500))
    #expect(window.rate == ByteRate(2_000_000))
  }

  @Test("Fewer bytes than before begin a new window")
  func restarts() {
    var window = RateWindow()
    window.add(5_000, at: .zero)
    window.add(9_000, at: .seconds(2))
    window.add(100, at: .seconds(3))
    #expect(window.rate == nil)
    window.add(1_100, at: .seconds(4))
    #expect(window.rate == ByteRate(1_000))
  }

  @Test("Many samples in a moment count like one")
  func manySamples() {
    var window = RateWindow()
    for index in 0..<100_000 { window.add(Int64(index), at: .microseconds(index * 10)) }
    #expect(window.rate.map { abs($0.bytesPerSecond - 100_000) < 1 } == true)
  }
}
