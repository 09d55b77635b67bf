import ImageModel
import Testing
import Waiting

@testable import BlobTransfer

@Suite("Sources that have some blobs and not others")
struct SourceScopeTests {
  private let lost = Fault(.connectionLost)

  /// A mirror of the first image, and the origins of two.
  private var board: SourceBoard {
    SourceBoard(areMirrors: [true, false, false], scopes: [[0, 1], [0, 1], [1, 2]], connections: 8)
  }

  @Test("a source is asked for what it may have alone")
  func scope() {
    let board = board
    #expect(
      (0..<3).map { blob in board.sources.indices.filter { board.allows($0, blob) } } == [[0, 1], [0, 1, 2], [2]])
    #expect((0..<3).map { board.count(for: $0) } == [2, 3, 1])
    #expect(!board.hasAlternative(to: 2, for: 2))
    #expect(board.hasAlternative(to: 0, for: 0))
  }

  @Test("what only one origin has is tried there again; its failure is told for its own blobs")
  func failures() {
    var board = board
    #expect(board.failed(2, 2, lost, requestBegan: .zero, at: .seconds(1), pause: nil) == .retry)
    let gone = Fault(.absent)
    #expect(board.failed(1, 0, gone, requestBegan: .zero, at: .seconds(1), pause: nil) == .switchSource(nil))
    board[0].isDropped = true
    #expect(board.failure(for: 0)?.kind == .absent)
    #expect(board.failure(for: 1) == nil)
    #expect(board.failure(for: 2) == nil)
  }

  @Test("an origin that refuses is given up for what others have, and told for what only it has")
  func droppedOrigin() {
    var board = board
    let denied = Fault(.final)
    #expect(board.failed(1, 0, denied, requestBegan: .zero, at: .seconds(1), pause: nil) == .switchSource(nil))
    #expect(board.sources[1].isDropped)
    #expect(!board.allows(1, 1))
    #expect(board.allows(2, 1))
    board[0].isDropped = true
    #expect(board.failure(for: 0)?.kind == .final)
  }
}
