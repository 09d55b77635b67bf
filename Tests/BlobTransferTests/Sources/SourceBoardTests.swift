import SeededRandom
import Testing
import Waiting

@testable import BlobTransfer

@Suite("Which source is asked for what")
struct SourceBoardTests {
  private let lost = Fault(.connectionLost)
  private let second: Duration = .seconds(1)

  /// Lets each source fetch for a second on one connection at its pace, in MiB/s.
  private func board(_ paces: [Double], connections: Int = 8) -> SourceBoard {
    var board = SourceBoard(areMirrors: paces.indices.map { $0 < paces.count - 1 }, connections: connections)
    for (index, pace) in paces.enumerated() {
      board[index].began(at: .zero)
      board[index].received(Int64(pace * 1_048_576))
    }
    _ = board.measure(at: second)
    for index in paces.indices { board[index].ended() }
    return board
  }

  private func order(_ board: SourceBoard, at now: Duration = .seconds(1)) -> [Int] {
    board.candidates(at: now, connections: 8).filter { !$0.isLastResort }.map(\.source)
  }

  @Test("the quickest comes first")
  func quickest() {
    #expect(order(board([1, 5, 3])) == [1, 2, 0])
  }

  @Test("what is not known yet gets its share of the connections")
  func unknown() {
    var board = SourceBoard(areMirrors: [true, true, false], connections: 8)
    #expect(order(board) == [0, 1, 2])
    for _ in 0..<3 { board[0].began(at: .zero) }
    #expect(order(board) == [1, 2])
    #expect(board.share(of: 1) == nil)
  }

  @Test("connections spread over sources of the same pace")
  func spread() {
    var board = board([10, 10, 10])
    for _ in 0..<6 {
      guard let first = order(board).first else { return }
      board[first].began(at: second)
    }
    #expect(board.sources.map(\.active) == [2, 2, 2])
  }

  @Test("T177: while a limit of bytes per second holds everything back, no source is slow")
  func limited() {
    let megabyte: Int64 = 1 << 20
    var board = SourceBoard(areMirrors: [true, false], connections: 8, bytesPerSecond: 10 * megabyte)
    #expect(board.isHeldBack)
    for index in 0..<2 { board[index].began(at: .zero) }
    for tick in 1...10 {
      board[1].received(9 * megabyte)
      #expect(board.measure(at: .seconds(tick)).isEmpty)
      #expect(board.isHeldBack)
    }
    // A line that never comes near the limit is the source's own.
    for tick in 11...20 {
      board[1].received(megabyte)
      _ = board.measure(at: .seconds(tick))
    }
    #expect(!board.isHeldBack)
    #expect(board[0].isDropped)
    #expect(!SourceBoard(areMirrors: [false], connections: 8).isHeldBack)
  }

  @Test("a far slower source is the last resort, and a hopeless mirror is dropped after a while")
  func slow() {
    var board = board([0.1, 10])
    #expect(
      board.candidates(at: second, connections: 8) == [
        .init(source: 1, isLastResort: false), .init(source: 0, isLastResort: true),
      ])
    board[0].began(at: second)
    board[1].began(at: second)
    var news: [SourceBoard.News] = []
    for step in 1...30 {
      board[1].received(1_048_576)
      news += board.measure(at: second + .milliseconds(100) * step)
    }
    #expect(news == [.dropped(0, .slow)])
    #expect(order(board) == [1])
  }

  @Test("a slow mirror stays as long as it alone has a blob")
  func needed() {
    var board = board([0.1, 10])
    board[1].refused.insert(7)
    board[0].began(at: second)
    for step in 1...50 {
      board[1].received(1_048_576)
      #expect(board.measure(at: second + .milliseconds(100) * step).isEmpty)
    }
    #expect(board.allows(0, 7))
  }

  @Test("failures at the same moment are one; progress makes the count begin anew")
  func counting() {
    var board = board([10, 10])
    var now = second
    func fail(began: Duration) -> SourceBoard.Verdict {
      board.failed(0, 1, lost, requestBegan: began, at: now, pause: nil)
    }
    #expect(fail(began: .zero) == .switchSource(nil))
    for _ in 0..<8 { #expect(fail(began: .milliseconds(900)) == .switchSource(nil)) }
    #expect(!order(board, at: now).contains(0), "it is left alone for a moment")
    now = .seconds(3)
    #expect(order(board, at: now).contains(0))
    #expect(fail(began: .seconds(2)) == .switchSource(nil))
    board[0].received(2 << 20)
    now = .seconds(8)
    #expect(fail(began: .seconds(7)) == .switchSource(nil))
    now = .seconds(18)
    #expect(fail(began: .seconds(17)) == .switchSource(nil))
    now = .seconds(28)
    #expect(fail(began: .seconds(27)) == .switchSource(.dropped(0, .failed(lost))))
    #expect(board.failed(1, 1, lost, requestBegan: .seconds(27), at: now, pause: nil) == .retry)
  }

  @Test("the last source is told to try again, whatever it is; the failure is the origin's")
  func last() {
    var board = board([10, 10])
    let missing = Fault(.final)
    #expect(board.failed(1, 3, missing, requestBegan: .zero, at: second, pause: nil) == .switchSource(nil))
    #expect(board.failed(0, 3, lost, requestBegan: .zero, at: second, pause: nil) == .retry)
    #expect(board.finalFailure(lost, for: 3).kind == .final)
  }

  @Test("mirrors are blamed before the origin, and a single suspect is not asked again at all")
  func blame() {
    var board = board([10, 10, 10])
    board.contributed(0, to: 1)
    board.contributed(2, to: 1)
    #expect(board.wrongBytes(of: 1) == [0])
    #expect(!board.allows(0, 1))
    #expect(board.allows(0, 2))
    #expect(board.allows(2, 1))
    board.contributed(1, to: 4)
    #expect(board.wrongBytes(of: 4) == [1])
    #expect(board[1].isDropped)
    #expect(board.wrongBytes(of: 5).isEmpty)
    // The only one left gets another chance.
    board.contributed(2, to: 1)
    #expect(board.wrongBytes(of: 1) == [2])
    #expect(board.allows(2, 1))
  }

  @Test("several suspects are left alone with a blob until it is known who lied, and the others serve again")
  func evidence() {
    var board = board([10, 10, 10])
    #expect(board.exclude([0, 1, 2], from: 4) == [0, 1])
    #expect(!board.allows(0, 4) && !board.allows(1, 4) && board.allows(2, 4))
    #expect(!board[0].isDropped && !board[1].isDropped)
    board.dropCorrupting([1], of: [0, 1, 2], for: 4)
    #expect(board.allows(0, 4))
    #expect(board[1].isDropped)
    // The origin is what is left where the mirrors lie.
    board.exclude([0, 2], from: 5)
    board.dropCorrupting([0, 2], of: [0, 2], for: 5)
    #expect(board[0].isDropped && !board[2].isDropped)
  }

  @Test("random events leave each blob a source, or a failure to tell")
  func randomEvents() throws {
    for seed in 0..<300 {
      var random = SeededRandom(seed: UInt64(seed))
      let count = Int.random(in: 1...4, using: &random)
      var board = SourceBoard(areMirrors: (0..<count).map { $0 < count - 1 }, connections: 8)
      var now = Duration.zero
      var active = [Int](repeating: 0, count: count)
      for _ in 0..<200 {
        now += .milliseconds(Int.random(in: 0...400, using: &random))
        let source = Int.random(in: 0..<count, using: &random)
        let blob = Int.random(in: 0..<3, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0...1:
          guard let choice = board.candidates(at: now, connections: 8).first else { continue }
          #expect(!board[choice.source].isDropped)
          #expect(board[choice.source].active < board[choice.source].governor.allowed)
          board[choice.source].began(at: now)
          active[choice.source] += 1
        case 2 where active[source] > 0:
          board[source].ended()
          active[source] -= 1
        case 3:
          board[source].received(Int64.random(in: 0...5_000_000, using: &random))
          board.contributed(source, to: blob)
        case 4: _ = board.measure(at: now)
        case 5: _ = board.wrongBytes(of: blob)
        case 6 where board.allows(source, blob):
          let kinds: [FailureKind] = [.connectionLost, .absent, .wrongRange, .final, .transient]
          let error = Fault(kinds.randomElement(using: &random) ?? .final)
          let hadOther = board.hasAlternative(to: source, for: blob)
          let verdict = board.failed(source, blob, error, requestBegan: now, at: now, pause: nil)
          #expect((verdict != .retry) == hadOther)
        default: continue
        }
        for blob in 0..<3 {
          let isServed = (0..<count).contains { board.allows($0, blob) }
          #expect(isServed || board.failure(for: blob) != nil, "seed \(seed)")
        }
      }
    }
  }
}
