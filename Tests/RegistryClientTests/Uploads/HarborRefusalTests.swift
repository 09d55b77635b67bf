import ImageModel
import ScriptedServer
import Testing

@testable import RegistryClient

/// What Harbor 2.13.5 was seen to answer to pushes: statuses, headers and bodies are those of recorded exchanges, but for the
/// date, cookies and numbers of requests.
@Suite("T293: Harbor's refusals of pushes, as recorded")
struct HarborRefusalTests {
  private let image = ImageFixture(layers: [5_000], seed: 293)

  /// A recorded answer.
  struct Recorded: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let repository: String
    var method = "PUT"
    /// Behind the repository.
    var path = manifest
    let status: Int
    /// Nil where the answer has no such header.
    var challenge: String?
    /// Whether it comes from the registry behind Harbor, or in its name.
    var isOfRegistry = true
    let body: String
    let expected: @Sendable (_ host: String) -> RegistryFailure

    var reply: Reply {
      var headers: [(name: String, value: String)] = [
        ("Server", "nginx"), ("Content-Type", "application/json; charset=utf-8"), ("Connection", "keep-alive"),
      ]
      if isOfRegistry { headers.append(("Docker-Distribution-Api-Version", "registry/2.0")) }
      if let challenge { headers.append(("Www-Authenticate", challenge)) }
      return Reply(status, headers: headers, text: body + "\n")
    }
  }

  private static let beginning = "blobs/uploads/"
  static let manifest = "manifests/v1"

  static let uploads: [Recorded] = [
    Recorded(
      testDescription: "a project that is not there", repository: "nosuchproject/app", method: "POST", path: beginning,
      status: 401, challenge: "",
      body:
        #"{"errors":[{"code":"UNAUTHORIZED","message":"project nosuchproject not found: project nosuchproject not found"}]}"#
    ) { .upload(.nameMissing(host: $0, repository: "nosuchproject/app")) },
    Recorded(
      testDescription: "no right to push", repository: "pub/new", method: "POST", path: beginning, status: 401,
      challenge: #"Basic realm="harbor""#,
      body:
        #"{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized to access repository: pub/new, action: push: unauthorized to access repository: pub/new, action: push"}]}"#
    ) { .upload(.denied(host: $0, repository: "pub/new")) },
    Recorded(
      testDescription: "a proxy cache", repository: "cache/team/new", method: "POST", path: beginning, status: 403,
      isOfRegistry: false,
      body: #"{"errors":[{"code":"DENIED","message":"denied: can not push artifact to a proxy project: cache"}]}"#
    ) { .upload(.readOnly(host: $0, repository: "cache/team/new")) },
    Recorded(
      testDescription: "a quota, at the end of the upload", repository: "quota1/app", method: "PUT",
      path: beginning + "*", status: 403, isOfRegistry: false,
      body:
        #"{"errors":[{"code":"DENIED","message":"adding 4.9 KiB of storage resource, which when updated to current usage of 735 B will exceed the configured upper limit of 2.0 KiB."}]}"#
    ) { .upload(.quotaExceeded(host: $0)) },
  ]

  @Test("An upload that Harbor refuses tells why, and is not tried again", arguments: uploads)
  func upload(_ recorded: Recorded) async throws {
    try await UploadScene.run(login: ("llsydn", "canary+293")) { scene in
      scene.server.serveHarborGreeting()
      try await scene.client.prepareToPush(recorded.repository)
      let error = try await scene.refusal(
        of: image.layers[0], in: recorded.repository, at: recorded.method, recorded.path, by: recorded.reply)
      #expect(error?.reason == recorded.expected(scene.server.origin))
      #expect(scene.server.requests.count { $0.method == "PUT" } <= 1)
    }
  }

  static let manifests: [Recorded] = [
    Recorded(
      testDescription: "an immutable tag", repository: "imm1/app", status: 412,
      isOfRegistry: false,
      body:
        #"{"errors":[{"code":"PRECONDITION","message":"Failed to process request due to 'app:v1' configured as immutable."}]}"#
    ) { _ in .upload(.tagImmutable("v1")) },
    Recorded(
      testDescription: "blobs that are missing", repository: "team2/missing",
      status: 400,
      body:
        #"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"sha256:21adc0198f21e14749baec7418d2feb068a673efcae68f09c087a15a0446ae55"},{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"sha256:022b5a67995fb1c6a89e30792a963fc57b964912917ba70b62d578f2507cd140"}]}"#
    ) { _ in .upload(.contentMissing) },
    Recorded(
      testDescription: "an index with a manifest that is missing", repository: "team2/sparse",
      status: 400,
      body:
        #"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}"#
    ) { _ in .upload(.contentMissing) },
    Recorded(
      testDescription: "a manifest above 4 MiB", repository: "team2/large", status: 400,
      body:
        #"{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":"http: request body too large"}]}"#
    ) { _ in .upload(.manifestRefused(status: 400)) },
    Recorded(
      testDescription: "a manifest in a proxy cache", repository: "cache/team/new",
      status: 403, isOfRegistry: false,
      body: #"{"errors":[{"code":"DENIED","message":"denied: can not push artifact to a proxy project: cache"}]}"#
    ) { .upload(.readOnly(host: $0, repository: "cache/team/new")) },
  ]

  @Test("A manifest that Harbor refuses tells why, and is sent once", arguments: manifests)
  func manifest(_ recorded: Recorded) async throws {
    try await UploadScene.run(login: ("llsydn", "canary+293")) { scene in
      scene.server.serveHarborGreeting()
      try await scene.client.prepareToPush(recorded.repository)
      let error = try await scene.refusal(
        of: image.manifest, in: recorded.repository, as: "v1", by: recorded.reply)
      #expect(error?.reason == recorded.expected(scene.server.origin))
    }
  }

  @Test("A mount from a project that may not be read is 401 and no challenge for a login; the blob is sent")
  func mount() async throws {
    let words = "unauthorized to access repository: team1/app, action: pull"
    let reply = Reply(
      401,
      headers: [
        ("Server", "nginx"), ("Content-Type", "application/json; charset=utf-8"), ("Connection", "keep-alive"),
        ("Docker-Distribution-Api-Version", "registry/2.0"), ("Www-Authenticate", #"Basic realm="harbor""#),
      ], text: #"{"errors":[{"code":"UNAUTHORIZED","message":"\#(words): \#(words)"}]}"# + "\n")
    try await UploadScene.run(login: ("llsydn", "canary+293")) { scene in
      scene.server.addFirst(Rule("POST", "/v2/team/app/blobs/uploads/", reply).query("from", "team1/app"))
      scene.server.serveHarborGreeting()
      try await scene.client.prepareToPush("team/app")
      let outcome = try await scene.upload(image.layers[0], mountFrom: ["team1/app"])
      #expect(outcome == .sent)
      #expect(scene.server.requests.allSatisfy { $0.basicCredentials == nil || $0.path == "/service/token" })
    }
  }
}
