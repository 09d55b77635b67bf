import ImageModel
import Testing

@testable import ImageCopy

@Suite("The order of uploads")
struct UploadQueueTests {
  private func plan(_ sizes: [Int64]) -> CopyPlan {
    let blobs = sizes.enumerated().map { index, size in
      CopyPlan.Blob(
        descriptor: Descriptor(mediaType: .ociLayer, digest: .hash([UInt8(index)]), size: size), isConfig: false,
        image: 0, repositories: ["team/app"], way: .send(siblings: []))
    }
    return CopyPlan(images: [], blobs: blobs, present: [])
  }

  @Test("T302: small blobs go beside large ones, three for each that may go, and are all that is left in the end")
  func small() {
    let sizes = [9 << 20, 8 << 20, 7 << 20, 2 << 20, 2 << 20] + Array(repeating: 1_000, count: 10)
    var queue = UploadQueue(Array(sizes.indices), of: plan(sizes.map(Int64.init)), width: 3)
    #expect(queue.largeCount == 3)
    var large = 0
    let mayBegin = {
      large += 1
      return large <= 2
    }
    var begun: [(blob: Int, kind: UploadRoom.Kind)] = []
    while let next = queue.next(mayBeginLarge: mayBegin) { begun.append(next) }
    #expect(begun.map(\.blob) == [0, 1, 3] + Array(5..<11))
    queue.ended(.medium)
    #expect(queue.next { false }?.blob == 4)
    queue.ended(.large)
    #expect(queue.next { false }?.blob == 11)
    #expect(queue.next { true }?.blob == 2)
    #expect(queue.next { true } == nil)
    queue.ended(.small)
    queue.ended(.small)
    #expect(queue.next { true }?.blob == 12)
  }

  @Test("T302: nothing goes and nothing waits once all has ended")
  func idle() {
    var queue = UploadQueue([0], of: plan([1_000]), width: 1)
    #expect(queue.isIdle)
    #expect(queue.next { true }?.blob == 0)
    #expect(!queue.isIdle)
    queue.ended(.small)
    #expect(queue.isIdle)
    #expect(queue.next { true } == nil)
  }
}
