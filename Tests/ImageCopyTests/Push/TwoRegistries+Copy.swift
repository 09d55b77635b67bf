import ImageModel
import PullScenes
import RegistryClient
import Synchronization

@testable import ImageCopy

extension TwoRegistries {
  func request(_ source: String = "team/app:1", to target: String = "copy/app:1") throws -> PushRequest {
    PushRequest([.image(try self.source.reference(source))], to: .image(try self.target.reference(target)))
  }

  func copy(
    _ request: PushRequest, _ access: RegistryAccess = TwoRegistries.access, from: RegistryAccess? = nil
  ) async throws -> (result: PushResult, events: [PushEvent]) {
    let events = Mutex<[PushEvent]>([])
    let result = try await ImagePush(request, access, from: from).run { event in events.withLock { $0.append(event) } }
    return (result, events.withLock(\.self))
  }
}
