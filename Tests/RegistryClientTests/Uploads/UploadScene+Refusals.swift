import ImageModel
import RegistryClient
import ScriptedServer
import Testing

/// A registry's answer to a push, and what dray makes of it.
struct Refusal: Sendable, CustomTestStringConvertible {
  let registry: String
  let status: Int
  let code: String
  let words: String
  let expected: @Sendable (_ host: String) -> UploadFailure

  var testDescription: String { registry }
  var reply: Reply { .registryError(status, code, words) }
}

extension UploadScene {
  /// Has the registry refuse a manifest, which is then not sent again.
  func refusal(
    of manifest: ImageFixture.Blob, in repository: String = "team/app", as tag: String = "1", by reply: Reply
  ) async throws -> RegistryError? {
    server.addFirst(Rule("PUT", "/v2/\(repository)/manifests/\(tag)", reply))
    let before = server.requests.count
    let error = await #expect(throws: RegistryError.self) {
      _ = try await client.pushManifest(repository, manifest.bytes, try manifest.parsed, as: .tag(tag))
    }
    let sent = server.requests.dropFirst(before).filter { $0.method == "PUT" }
    #expect(sent.count == 1, "\(sent.map(\.path))")
    return error
  }

  /// Has the registry refuse the upload of a blob by its answer to one kind of request.
  ///
  /// - Parameter path: behind the repository.
  func refusal(
    of blob: ImageFixture.Blob, in repository: String = "team/app", at method: String, _ path: String, by reply: Reply
  ) async throws -> RegistryError? {
    server.addFirst(Rule(method, "/v2/\(repository)/\(path)", reply))
    return await #expect(throws: RegistryError.self) {
      _ = try await client.upload(repository, try blob.parsed, body: .of(blob.bytes))
    }
  }
}
