import BlobTransfer
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient
import Synchronization

/// The places where one image can be asked for, best first, and which of its mirrors have failed.
package final class ImageSources: Sendable {
  package let reference: ImageReference
  package let endpoints: [PullEndpoint]
  private let door: RegistryDoor
  private let observe: @Sendable (PullWarning) -> Void
  private let state = Mutex(State())
  private let outages: Outages

  /// Places that no image needs to be asked for any more: the line to them has failed for one already.
  package final class Outages: Sendable {
    private let places = Mutex<Set<PullEndpoint>>([])

    package init() {}

    func note(_ endpoint: PullEndpoint) { places.withLock { _ = $0.insert(endpoint.place) } }
    func affect(_ endpoint: PullEndpoint) -> Bool { places.withLock { $0.contains(endpoint.place) } }
  }

  private struct State {
    var opened: [Int: EndpointClient] = [:]
    var dropped: Set<Int> = []
    var incomplete: Set<Int> = []
  }

  /// - Parameter outages: shared by the images of one archive.
  /// - Throws: `ConfigurationError`.
  package init(
    _ reference: ImageReference, by door: RegistryDoor, outages: Outages = Outages(),
    observe: @escaping @Sendable (PullWarning) -> Void
  ) throws {
    self.reference = reference
    endpoints = try door.access.endpoints(for: reference, observe: observe)
    self.outages = outages
    self.observe = observe
    self.door = door
  }

  /// The client of a place; made when it is first asked for.
  package func client(_ index: Int) async throws -> EndpointClient {
    let client = try await door.client(for: endpoints[index], observe: observe)
    state.withLock { $0.opened[index] = client }
    return client
  }

  /// The places that refused stored credentials and were asked without them.
  package func refusedLogins() async -> [(host: String, origin: CredentialOrigin)] {
    var refused: [(String, CredentialOrigin)] = []
    for (index, client) in state.withLock(\.opened).sorted(by: { $0.key < $1.key }) {
      guard let origin = await client.originOfRefusedLogin(endpoints[index].repository) else { continue }
      refused.append((name(index), origin))
    }
    return refused
  }

  package func isDropped(_ index: Int) -> Bool {
    state.withLock { $0.dropped.contains(index) } || outages.affect(endpoints[index])
  }

  /// Asks the places in turn, until one answers.
  ///
  /// - Parameter forTag: ask only those that may say what a tag means.
  /// - Throws: what the last place answered: the origin's failure is the failure.
  package func first<Answer>(
    forTag: Bool = false, _ ask: (EndpointClient, PullEndpoint) async throws -> Answer
  ) async throws -> Answer {
    for index in endpoints.indices.dropLast() where !isDropped(index) {
      guard !forTag || endpoints[index].resolvesTags else { continue }
      do {
        return try await ask(client(index), endpoints[index])
      } catch let error as RegistryError {
        failed(index, error)
      } catch ResolveError.manifest(_, let error) {
        drop(index, .manifest(error))
      }
    }
    guard let origin = endpoints.last else { throw RegistryError(.manifestNotFound) }
    return try await ask(client(endpoints.count - 1), origin)
  }

  private func failed(_ index: Int, _ error: RegistryError) {
    switch error.reason {
    case .repositoryNotFound, .manifestNotFound, .blobNotFound: lacksSomething(index)
    // It may serve the blobs.
    case .network(.rateLimited): break
    default: drop(index, .registry(error.reason, answer: error.answer))
    }
  }

  /// Takes in what has become of a source.
  package func note(_ news: SourceBoard.News) {
    switch news {
    case .dropped(let index, let reason): drop(index, reason)
    case .incomplete(let index): lacksSomething(index)
    }
  }

  /// Says that a place sent wrong bytes of a blob.
  package func noteWrongBytes(of blob: Digest, from index: Int) {
    observe(.wrongBytes(host: name(index), digest: blob))
  }

  /// Notes that a mirror is not asked again, and says so once.
  package func drop(_ index: Int, _ reason: SourceBoard.DropReason) {
    switch reason {
    case .slow: drop(index, MirrorFault.slow)
    case .failed(let error as RegistryError): drop(index, .registry(error.reason, answer: error.answer))
    // No place of an image fails in another way.
    case .failed: break
    }
  }

  private func drop(_ index: Int, _ fault: MirrorFault) {
    guard state.withLock({ $0.dropped.insert(index).inserted }) else { return }
    if fault.isOutage { outages.note(endpoints[index]) }
    observe(.mirrorDropped(host: name(index), fault))
  }

  /// Notes that a mirror does not have all of the image, and says so once.
  package func lacksSomething(_ index: Int) {
    guard state.withLock({ $0.incomplete.insert(index).inserted }) else { return }
    observe(.mirrorIncomplete(host: name(index)))
  }

  /// Whether others stand in for a place: every one but the last, whose failure is the pull's.
  package func isMirror(_ index: Int) -> Bool { index < endpoints.count - 1 }

  package func name(_ index: Int) -> String { endpoints[index].registry.description }
}

extension MirrorFault {
  /// Whether nothing can be had from there, whatever the image.
  fileprivate var isOutage: Bool {
    switch self {
    case .registry(let reason, _): [.network, .tls, .proxy].contains(RegistryError(reason).failureClass)
    case .slow: true
    case .manifest: false
    }
  }
}
