import HTTPTypes
import ImageModel
import ManualClocks
import NIOCore
import TemporaryFolders
import Testing

@testable import RegistryServer

/// Blobs on their way into a layout.
@Suite struct BlobUploadTests {
  private let bytes = Array("one two three".utf8)
  private var digest: Digest { Digest.hash(bytes) }

  @Test func `T275 A blob comes in pieces without ranges, as docker push sends it`() async throws {
    let scene = try PushScene()
    let begun = try await scene.send(.post, "/v2/team/app/blobs/uploads/")
    #expect(begun.status == .accepted)
    let location = try #require(begun.fields[.location])
    #expect(location.hasPrefix("/v2/team/app/blobs/uploads/"))
    #expect(begun.fields[.dockerUploadUUID].map(location.hasSuffix) == true)

    let sent = try await scene.send(.patch, location, body: [Array(bytes[..<3]), Array(bytes[3...])])
    #expect(sent.status == .accepted)
    #expect(sent.fields[.range] == "0-12")
    #expect(scene.blob(digest) == nil)

    let finished = try await scene.send(.put, "\(location)?digest=\(digest)")
    #expect(finished.status == .created)
    #expect(finished.fields[.location] == "/v2/team/app/blobs/\(digest)")
    #expect(finished.fields[.dockerContentDigest] == "\(digest)")
    #expect(scene.blob(digest) == bytes)
    #expect(scene.unfinished.isEmpty)
    #expect(try await scene.send(.get, location).status == .notFound)
  }

  @Test(arguments: [Digest.Algorithm.sha256, .sha512])
  func `A blob comes in one request`(algorithm: Digest.Algorithm) async throws {
    let scene = try PushScene()
    let digest = Digest.hash(bytes, algorithm: algorithm)
    let answer = try await scene.send(.post, "/v2/a/blobs/uploads/?digest=\(digest)", body: [bytes])
    #expect(answer.status == .created)
    #expect(scene.blob(digest) == bytes)
  }

  @Test func `The algorithm may become known in the end`() async throws {
    let scene = try PushScene()
    let digest = Digest.hash(bytes, algorithm: .sha512)
    let location = try await scene.begin()
    _ = try await scene.send(.patch, location, body: [bytes])
    #expect(try await scene.send(.put, "\(location)?digest=\(digest)").status == .created)
    #expect(scene.blob(digest) == bytes)
  }

  @Test func `T276 A piece that does not follow is refused, and the upload tells where it goes on`() async throws {
    let scene = try PushScene()
    let location = try await scene.begin()
    let first = try await scene.send(
      .patch, location, [.contentRange: "0-4", .contentLength: "5"], body: [Array(bytes[..<5])])
    #expect(first.fields[.range] == "0-4")
    for method in [HTTPRequest.Method.patch, .put] {
      let skipped = try await scene.send(
        method, "\(location)?digest=\(digest)", [.contentRange: "8-12"], body: [Array(bytes[8...])])
      #expect(skipped.status == .rangeNotSatisfiable)
      #expect(skipped.fields[.range] == "0-4")
      #expect(skipped.fields[.location] == location)
    }
    let status = try await scene.send(.get, location)
    #expect(status.status == .noContent)
    #expect(status.fields[.range] == "0-4")
    let last = try await scene.send(
      .put, "\(location)?digest=\(digest)", [.contentRange: "5-12"], body: [Array(bytes[5...])])
    #expect(last.status == .created)
    #expect(scene.blob(digest) == bytes)
  }

  @Test func `What came before a connection broke counts`() async throws {
    let scene = try PushScene()
    let location = try await scene.begin()
    let broken = ServerRequest(
      method: .patch, path: location,
      body: PushScene.Pieces(pieces: [[UInt8](repeating: 7, count: 1 << 20)], breaks: true))
    await #expect(throws: (any Error).self) { try await scene.handler.answer(broken) }
    #expect(try await scene.send(.get, location).fields[.range] == "0-1048575")
  }

  @Test(arguments: ["patch", "post"])
  func `T277 Bytes with another digest leave nothing`(way: String) async throws {
    let scene = try PushScene()
    let wrong = Array("other".utf8)
    let answer: ServerAnswer
    if way == "post" {
      answer = try await scene.send(.post, "/v2/a/blobs/uploads/?digest=\(digest)", body: [wrong])
    } else {
      let location = try await scene.begin()
      _ = try await scene.send(.patch, location, body: [wrong])
      answer = try await scene.send(.put, "\(location)?digest=\(digest)")
    }
    #expect(answer.status == .badRequest)
    #expect(answer.text.contains("DIGEST_INVALID"))
    #expect(scene.blob(digest) == nil)
    #expect(scene.blob(Digest.hash(wrong)) == nil)
    #expect(scene.unfinished.isEmpty)
  }

  @Test func `A blob that is there is mounted, and any other is uploaded`() async throws {
    let scene = try PushScene()
    try await scene.push(blob: bytes, to: "team/base")
    let mounted = try await scene.send(.post, "/v2/team/app/blobs/uploads/?mount=\(digest)&from=team/base")
    #expect(mounted.status == .created)
    #expect(mounted.fields[.location] == "/v2/team/app/blobs/\(digest)")
    let missing = try await scene.send(
      .post, "/v2/team/app/blobs/uploads/?mount=\(Digest.hash([1]))&from=team/base")
    #expect(missing.status == .accepted)
  }

  @Test func `A cancelled upload is gone`() async throws {
    let scene = try PushScene()
    let location = try await scene.begin()
    _ = try await scene.send(.patch, location, body: [bytes])
    #expect(try await scene.send(.delete, location).status == .noContent)
    #expect(try await scene.send(.patch, location, body: [bytes]).status == .notFound)
    #expect(scene.unfinished.isEmpty)
  }

  @Test func `T278 Uploads are so many, and end when nobody goes on with them`() async throws {
    let clock = ManualClock()
    let scene = try PushScene(clock: clock, limits: { $0.sessions = 2 })
    let first = try await scene.begin()
    _ = try await scene.begin()
    let refused = try await scene.send(.post, "/v2/team/app/blobs/uploads/")
    #expect(refused.status == .tooManyRequests)
    #expect(refused.fields[.retryAfter] != nil)
    clock.advance(by: .seconds(16 * 60))
    #expect(try await scene.send(.post, "/v2/team/app/blobs/uploads/").status == .accepted)
    #expect(try await scene.send(.get, first).status == .notFound)
    #expect(scene.unfinished.count == 1)
  }

  @Test func `T279 A disk that would be too full takes no upload`() async throws {
    let scene = try PushScene(limits: { $0.freeBytes = .max })
    let answer = try await scene.send(.post, "/v2/team/app/blobs/uploads/")
    #expect(answer.status.code == 507)
    #expect(scene.unfinished.isEmpty)
  }

  @Test(arguments: ["A/b", "a//b", "a/b:c", "-", "a@b"])
  func `A name that is none takes no upload`(name: String) async throws {
    let scene = try PushScene()
    guard DistributionPath("/v2/\(name)/blobs/uploads/") != nil else { return }
    #expect(try await scene.send(.post, "/v2/\(name)/blobs/uploads/").text.contains("NAME_INVALID"))
  }

  @Test func `T280 What a killed server left is removed by the next`() async throws {
    let folder = try TemporaryFolder()
    do {
      let scene = try PushScene(in: folder)
      let location = try await scene.begin()
      _ = try await scene.send(.patch, location, body: [bytes])
      #expect(scene.unfinished.count == 1)
      // Another server may not have the folder meanwhile.
      #expect(throws: (any Error).self) { _ = try PushScene(in: folder) }
    }
    let next = try PushScene(in: folder)
    #expect(next.unfinished.isEmpty)
    #expect(next.blob(digest) == nil)
  }
}
