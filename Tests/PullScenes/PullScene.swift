import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import SystemPackage
import Testing
import Waiting
import WatchedPrograms

/// An empty folder, and pulls into it that never wait between tries.
package struct PullScene: Sendable {
  package let folder: FilePath
  package var access = RegistryAccess(credentials: NoCredentials())
  /// What the pauses between tries are counted on.
  package var clock: any Clock<Duration> = ContinuousClock()
  /// The time of day, in seconds since 1970.
  package var now: @Sendable () -> Int64 = { 1_000_000 }
  /// Which part of a random pause is taken.
  package var jitter: @Sendable () -> Double = { 0 }

  /// Whether an archive of this size is large for the machine.
  package var isLarge: @Sendable (Int64) -> Bool = { _ in false }

  /// What a pull came to.
  package enum Outcome: Sendable {
    case finished(PullResult)
    case failed(any Error)

    package var failureClass: FailureClass? {
      guard case .failed(let error) = self else { return nil }
      return (error as? any ClassifiedError)?.failureClass ?? .bug
    }

    package var error: (any Error)? {
      guard case .failed(let error) = self else { return nil }
      return error
    }

    package var result: PullResult? {
      guard case .finished(let result) = self else { return nil }
      return result
    }

    package var registryError: RegistryError? { error as? RegistryError }
  }

  /// Runs `body` with an empty folder, which is gone afterwards.
  package static func run(_ body: (inout PullScene) async throws -> Void) async throws {
    let folder = try makeFolder()
    var scene = PullScene(folder: folder)
    scene.access.usesPlainHTTP = true
    scene.access.network.stallTimeout = .seconds(5)
    scene.access.network.connectTimeout = .seconds(2)
    do {
      try await body(&scene)
    } catch {
      remove(folder)
      throw error
    }
    remove(folder)
  }

  package func pull(
    _ reference: String, restarts: Bool = false, registries: [RegistryName] = [],
    observe: @escaping @Sendable (PullEvent) -> Void = { _ in },
    change: (inout PullRequest) throws -> Void = { _ in }
  ) async throws -> Outcome {
    var request = PullRequest(reference: try ImageReference(parsing: reference))
    request.output = .directory(folder.string)
    request.restarts = restarts
    try change(&request)
    let retrier = Retrier(clock: clock, now: now, jitter: jitter)
    let pull = try ImagePull(access, registries: registries, retrier: retrier, isLarge: isLarge)
    let outcome: Outcome
    do {
      outcome = .finished(
        try await pull.run(request) { event in
          if case .progress = event {} else { Self.expectNoSecret(in: event) }
          observe(event)
        })
    } catch {
      Self.expectNoSecret(in: error)
      outcome = .failed(error)
    }
    try await pull.close()
    return outcome
  }

  /// Every test that logs in does so with a canary.
  private static func expectNoSecret(in told: any Sendable) {
    SecretCheck().expectNone(in: "\(told)", "what is told")
  }

  /// The names of the files in the folder, sorted.
  package var files: [String] { Self.names(in: folder) }

  package func bytes(_ name: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(folder.appending(name), .readOnly)
    return try file.closeAfter {
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
        guard count > 0 else { return bytes }
        bytes += piece[..<count]
      }
    }
  }

  package func write(_ bytes: [UInt8], to name: String) throws {
    let file = try FileDescriptor.open(
      folder.appending(name), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }
}

/// The archive that an undisturbed pull of this image makes.
package func expectedArchive(_ image: ImageFixture, reference: String) throws -> [UInt8] {
  let reference = try ImageReference(parsing: reference)
  guard case .manifest(let manifest) = try ManifestDocument(parsing: image.manifest.bytes, contentType: nil) else {
    throw NotAnImage()
  }
  let digest = try Digest(parsing: image.manifest.digest)
  let plan = try ArchivePlan(images: [
    ArchivedImage(
      names: [reference.tag == nil ? reference.with(digest: digest) : reference.with(digest: nil)],
      manifest: manifest,
      document: .init(
        descriptor: Descriptor(
          mediaType: manifest.mediaType, digest: digest, size: Int64(image.manifest.bytes.count)),
        bytes: image.manifest.bytes))
  ])
  let blobs = Dictionary(uniqueKeysWithValues: image.blobs.map { ($0.digest, $0.bytes) })
  return plan.extents.flatMap { extent -> [UInt8] in
    switch extent {
    case .literal(_, let bytes): bytes
    case .blob(_, let descriptor): blobs[descriptor.digest.description] ?? []
    }
  }
}

package struct NotAnImage: Error {}
