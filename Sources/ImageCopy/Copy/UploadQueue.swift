import ImageModel

/// Which blob of a copy goes next: the largest come first, and beside them small ones (``UploadRoom``). A value.
struct UploadQueue {
  private var room: UploadRoom
  private var waiting: [UploadRoom.Kind: ArraySlice<Int>]

  /// - Parameters:
  ///   - blobs: numbers of blobs of the plan, the largest first.
  ///   - width: blobs that go at the same time, small ones aside.
  init(_ blobs: [Int], of plan: CopyPlan, width: Int) {
    room = UploadRoom(width: width)
    waiting = Dictionary(grouping: blobs) { UploadRoom.Kind(plan.blobs[$0].descriptor.size) }.mapValues { $0[...] }
  }

  var isIdle: Bool { room.isEmpty }

  /// How many large ones wait.
  var largeCount: Int { waiting[.large]?.count ?? 0 }

  /// - Parameter mayBeginLarge: asked before a large one goes.
  mutating func next(mayBeginLarge: () -> Bool) -> (blob: Int, kind: UploadRoom.Kind)? {
    for kind in UploadRoom.Kind.allCases where waiting[kind]?.isEmpty == false && room.isFree(for: kind) {
      guard kind != .large || mayBeginLarge(), let blob = waiting[kind]?.popFirst() else { continue }
      room.begin(kind)
      return (blob, kind)
    }
    return nil
  }

  mutating func ended(_ kind: UploadRoom.Kind) { room.end(kind) }
}
