import HTTPAccess
import ImageModel
import ImageStores
import MachineConfiguration
import NIOCore
import RegistryClient
import Synchronization
import Waiting

/// A repository of a registry as a source, with the mirrors that stand in for it: these are asked first, and what fails at one
/// goes on at the next.
struct MirroredStore: SourceStore {
  let sources: ImageSources
  let reference: ImageReference

  var place: String { reference.qualifiedRepository }

  func meaning(of name: String?) async throws -> Descriptor {
    let isTag = name.map { (try? Digest(parsing: $0)) == nil } ?? true
    return try await sources.first(forTag: isTag) { try await store($0, $1).meaning(of: name) }
  }

  func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    do {
      return try await sources.first { client, endpoint in
        guard let found = try await store(client, endpoint).document(descriptor) else {
          throw RegistryError(.manifestNotFound)
        }
        return found
      }
    } catch let error as RegistryError where error.reason == .manifestNotFound { return nil }
  }

  /// A registry has the blobs of the manifests that it gives: nobody is asked.
  func presence(of blob: Descriptor) async throws -> Presence { .present }

  func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    let passing = PassingSink(sink)
    do {
      try await sources.first { client, endpoint in
        let start = range.lowerBound + passing.count
        guard start < range.upperBound else { return }
        try await store(client, endpoint).read(blob, start..<range.upperBound, into: passing)
      }
    } catch let failure as PassingSink.Failure { throw failure.error }
  }

  private func store(_ client: RegistryClient, _ endpoint: PullEndpoint) -> RegistryStore {
    RegistryStore(client, repository: endpoint.repository, for: .pull)
  }
}

/// Counts what is taken, and tells the failures of who takes it from those of the source.
private final class PassingSink: ByteSink {
  struct Failure: Error { let error: any Error }

  private let sink: any ByteSink
  private let passed = Mutex<Int64>(0)

  init(_ sink: any ByteSink) { self.sink = sink }

  var count: Int64 { passed.withLock(\.self) }

  func write(_ bytes: ByteBuffer) async throws {
    do { try await sink.write(bytes) } catch { throw Failure(error: error) }
    passed.withLock { $0 += Int64(bytes.readableBytes) }
  }
}
