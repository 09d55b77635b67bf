import BlobTransfer
import ImageModel

/// Which blobs may go to a target beside those that are on their way: the one rule of copies and of synchronizations. A value.
///
/// Small ones are more at the same time, since their time is that of questions and answers, and they need little memory.
struct UploadRoom: Sendable {
  enum Kind: Hashable, Sendable, CaseIterable {
    /// ``UploadPace`` may let fewer go.
    case large
    case medium
    case small

    init(_ size: Int64) {
      switch size {
      case UploadPace.large...: self = .large
      case UploadRoom.small...: self = .medium
      default: self = .small
      }
    }
  }

  /// Bytes that are not small any more.
  private static let small: Int64 = 1 << 20

  private let width: Int
  private var running: [Kind: Int] = [:]

  /// - Parameter width: blobs that go at the same time, small ones aside.
  init(width: Int) {
    self.width = max(width, 1)
  }

  var isEmpty: Bool { running.values.allSatisfy { $0 == 0 } }

  func isFree(for kind: Kind) -> Bool {
    let others = running[.large, default: 0] + running[.medium, default: 0]
    guard kind == .small else { return others < width }
    return others + running[.small, default: 0] < ConnectionGovernor.smallBlobs * width
  }

  mutating func begin(_ kind: Kind) { running[kind, default: 0] += 1 }

  mutating func end(_ kind: Kind) { running[kind, default: 0] -= 1 }
}
