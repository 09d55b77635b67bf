import Testing

@testable import RegistryServer

@Suite struct ConnectionProgressTests {
  private let start = ContinuousClock.now

  private func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test("T250: a connection that sends no head within ten seconds is closed")
  func noHead() {
    var progress = ConnectionProgress(ServerLimits(), now: start)
    let stays1 = progress.isInTime(now: after(9), waiting: 0)
    #expect(stays1)
    let stays2 = progress.isInTime(now: after(10), waiting: 0)
    #expect(!stays2)
  }

  @Test("T250: a connection is kept for a minute between requests, and for as long as an answer takes")
  func idle() {
    var progress = ConnectionProgress(ServerLimits(), now: start)
    progress.headCame(now: after(1))
    progress.requestEnded(now: after(1))
    #expect(progress.isAnswering)
    let stays3 = progress.isInTime(now: after(3_000), waiting: 0)
    #expect(stays3)
    progress.answered(now: after(3_000))
    #expect(!progress.isAnswering)
    let stays4 = progress.isInTime(now: after(3_059), waiting: 0)
    #expect(stays4)
    let stays5 = progress.isInTime(now: after(3_060), waiting: 0)
    #expect(!stays5)
  }

  @Test("T250: where the answer came before the end of the body, the connection is kept for a minute after that")
  func earlyAnswer() {
    var progress = ConnectionProgress(ServerLimits(), now: start)
    progress.headCame(now: start)
    progress.answered(now: after(1))
    #expect(!progress.isIdle)
    progress.requestEnded(now: after(2))
    #expect(progress.isIdle)
    let stays = [61, 62].map { progress.isInTime(now: after($0), waiting: 0) }
    #expect(stays == [true, false])
  }

  @Test("T251: a client that takes a byte now and then is kept, one that takes none for a minute is not")
  func slowReader() {
    var progress = ConnectionProgress(ServerLimits(), now: start)
    progress.headCame(now: start)
    progress.requestEnded(now: start)
    for second in stride(from: 0, to: 600, by: 50) {
      let stays6 = progress.isInTime(now: after(second), waiting: 100_000 - second)
      #expect(stays6)
    }
    let stays7 = progress.isInTime(now: after(600), waiting: 7)
    #expect(stays7)
    let stays8 = progress.isInTime(now: after(659), waiting: 7)
    #expect(stays8)
    let stays9 = progress.isInTime(now: after(660), waiting: 7)
    #expect(!stays9)
  }

  @Test("T250: a body that stands still for a minute ends the connection")
  func slowBody() {
    var progress = ConnectionProgress(ServerLimits(), now: start)
    progress.headCame(now: start)
    progress.bodyCame(now: after(59))
    let stays10 = progress.isInTime(now: after(100), waiting: 0)
    #expect(stays10)
    let stays11 = progress.isInTime(now: after(119), waiting: 0)
    #expect(!stays11)
  }
}
