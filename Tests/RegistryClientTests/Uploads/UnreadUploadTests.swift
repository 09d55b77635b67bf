import FileAccess
import ImageModel
import NIOCore
import ScriptedServer
import Synchronization
import SystemPackage
import Testing
import Waiting

@testable import HTTPAccess
@testable import RegistryClient

@Suite("Uploads that nobody reads")
struct UnreadUploadTests {
  private struct WrongOnDisk: Error {}

  private let blob = ImageFixture(layers: [2_500_000], seed: 300).layers[0]

  @Test("T300: a plain connection takes a file from the system, and TLS what is read of it")
  func plain() async throws {
    try await UploadScene.run { scene in
      let reads = try await upload(to: scene)
      #expect(reads == 0)
      #expect(scene.registry.blobs() == [blob.digest])
    }
    try await TestAuthority.run { authority in
      var settings = TransportSettings()
      settings.trust.authorityFiles = [authority.certificateFile]
      try await UploadScene.run(settings: settings, tls: try authority.context(.good)) { scene in
        let reads = try await upload(to: scene)
        #expect(reads == 3)
        #expect(scene.registry.blobs() == [blob.digest])
      }
    }
  }

  @Test("T300: a file goes in pieces, too, and once more after a connection that broke")
  func pieces() async throws {
    try await UploadScene.run(PushRegistry { $0.bodyLimit = 1 << 20 }, bodyLimit: 1 << 20) { scene in
      let reads = try await upload(to: scene)
      #expect(reads == 0)
      #expect(scene.registry.blobs() == [blob.digest])
    }
    try await UploadScene.run(PushRegistry { $0.brokenBodies = 1 }) { scene in
      let reads = try await upload(to: scene)
      #expect(reads == 0)
      #expect(scene.registry.blobs() == [blob.digest])
    }
  }

  /// Uploads the blob from a file, behind 1,000 other bytes.
  ///
  /// - Returns: how many parts were read.
  private func upload(to scene: UploadScene) async throws -> Int {
    let path = FilePath("/tmp/dray-unread-\(blob.digest.suffix(8))-\(scene.server.port)")
    let file = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
    defer {
      try? file.close()
      unlink(path.string)
    }
    try file.writeAll([UInt8](repeating: 9, count: 1_000) + blob.bytes)
    let reads = Mutex(0)
    let body = StreamedBody(length: blob.size) { [blob] range, sink in
      let lent = LentFile(file.rawValue, of: path)
      for start in stride(from: Int(range.lowerBound), to: Int(range.upperBound), by: 1_000_000) {
        let part = start..<min(start + 1_000_000, Int(range.upperBound))
        try await sink.write(
          FilePart(of: lent, at: 1_000 + Int64(part.lowerBound), count: part.count) {
            reads.withLock { $0 += 1 }
            return ByteBuffer(bytes: blob.bytes[part])
          })
      }
    }
    _ = try await scene.client.upload(scene.repository, try blob.parsed, body: UploadBody(body))
    return reads.withLock(\.self)
  }

  @Test(
    "T301: bytes that were not digested on their way are proven where the registry does not say their digest",
    arguments: ["said", "not said", "202", "lost", "504"])
  func proven(_ answer: String) async throws {
    let registry = PushRegistry { habits in
      switch answer {
      case "not said": habits.saysBlobDigest = false
      case "202": habits.blobStatus = 202
      case "lost": habits.lostAnswers = 1
      case "504": habits.gatewayTimeouts = 1
      default: break
      }
    }
    try await UploadScene.run(registry) { scene in
      let proofs = Mutex(0)
      let prove: @Sendable () async throws -> Void = { proofs.withLock { $0 += 1 } }
      _ = try await scene.client.upload(
        scene.repository, try blob.parsed, body: .of(blob.bytes, prove: prove))
      #expect(proofs.withLock(\.self) == (answer == "said" ? 0 : 1))
    }
  }

  @Test("T301: bytes that are wrong on disk are sent once, and it is told whose they are")
  func wrong() async throws {
    try await UploadScene.run { scene in
      var bytes = blob.bytes
      bytes[1_000_000] ^= 1
      let body = UploadBody.of(bytes, prove: { throw WrongOnDisk() })
      await #expect(throws: WrongOnDisk.self) {
        try await scene.client.upload(scene.repository, try blob.parsed, body: body)
      }
      #expect(scene.registry.blobs().isEmpty)
      #expect(scene.server.requests.count { $0.method == "PUT" } == 1)
      #expect(scene.registry.openSessions == 0)
    }
  }
}
