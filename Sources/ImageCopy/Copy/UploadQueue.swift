import BlobTransfer
import ImageModel

/// Which blob of a copy goes next. The largest come first; beside them go small ones, more at the same time, since their time
/// is that of questions and answers. A value.
struct UploadQueue {
  enum Kind: Hashable, Sendable {
    /// ``UploadPace`` says how many go.
    case large
    case medium
    /// Small ones need little memory, however many go.
    case small

    init(_ blob: Descriptor) {
      switch blob.size {
      case UploadPace.large...: self = .large
      case UploadQueue.small...: self = .medium
      default: self = .small
      }
    }
  }

  /// Bytes that are not small any more.
  private static let small: Int64 = 1 << 20

  private let width: Int
  private var waiting: [Kind: ArraySlice<Int>]
  private var running: [Kind: Int] = [:]

  /// - Parameters:
  ///   - blobs: numbers of blobs of the plan, the largest first.
  ///   - width: blobs that go at the same time, small ones aside.
  init(_ blobs: [Int], of plan: CopyPlan, width: Int) {
    self.width = width
    waiting = Dictionary(grouping: blobs) { Kind(plan.blobs[$0].descriptor) }.mapValues { $0[...] }
  }

  var isIdle: Bool { running.values.allSatisfy { $0 == 0 } }

  /// How many large ones wait.
  var largeCount: Int { waiting[.large]?.count ?? 0 }

  /// - Parameter mayBeginLarge: asked before a large one goes.
  mutating func next(mayBeginLarge: () -> Bool) -> (blob: Int, kind: Kind)? {
    let others = running[.large, default: 0] + running[.medium, default: 0]
    for kind in [Kind.large, .medium, .small] {
      guard waiting[kind]?.isEmpty == false else { continue }
      switch kind {
      case .large: guard others < width, mayBeginLarge() else { continue }
      case .medium: guard others < width else { continue }
      case .small: guard others + running[.small, default: 0] < ConnectionGovernor.smallBlobs * width else { continue }
      }
      guard let blob = waiting[kind]?.popFirst() else { continue }
      running[kind, default: 0] += 1
      return (blob, kind)
    }
    return nil
  }

  mutating func ended(_ kind: Kind) { running[kind, default: 0] -= 1 }
}
