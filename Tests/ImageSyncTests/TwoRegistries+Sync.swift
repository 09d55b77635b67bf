import ImageModel
import PullScenes
import RegistryClient
import Synchronization

@testable import ImageCopy

extension TwoRegistries {
  /// The entry that brings `team/NAME:TAG` to `mirror/NAME:TAG`.
  func entry(_ name: String) throws -> SyncRequest.Entry {
    SyncRequest.Entry(source: try source.reference("team/\(name)"), target: try target.reference("mirror/\(name)"))
  }

  func sync(
    _ entries: [SyncRequest.Entry], _ change: (inout SyncRequest) -> Void = { _ in }
  ) async throws -> (result: SyncResult, events: [SyncEvent]) {
    var request = SyncRequest(entries)
    change(&request)
    let events = Mutex<[SyncEvent]>([])
    let result = try await ImageSync(request, Self.access).run { event in events.withLock { $0.append(event) } }
    return (result, events.withLock(\.self))
  }

  /// What was asked of the target, by method and path.
  func asked(from start: Int = 0) -> [String] {
    target.server.requests[start...].filter { $0.path != "/v2/" }.map { "\($0.method) \($0.path)" }
  }
}

extension SyncedImage {
  /// What became of it, in a word.
  var word: String {
    switch outcome {
    case .copied: "copied"
    case .unchanged: "unchanged"
    case .kept: "kept"
    case .planned: "planned"
    case .failed: "failed"
    case .notTried: "not tried"
    }
  }
}
