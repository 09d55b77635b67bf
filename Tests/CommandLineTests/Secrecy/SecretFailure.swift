import ScriptedServer

/// One way to fail, for each class of failure: what becomes of a pull of one layer, which lies in signed storage.
struct SecretFailure: Sendable, CustomStringConvertible {
  let description: String
  let code: Int
  /// What follows the repository.
  var tag = ":1"
  var options: [String] = []
  var command: [String] = []
  var manifest: Reply?
  /// Whether the registry denies the manifest in a page that shows what it was sent.
  var echoesRequest = false
  /// Where the layer's redirect leads to, by what the scene has; the query is added to it.
  var storage: @Sendable (SecrecyScene) -> String = \.storageOrigin
  /// What the storage says.
  var layer: @Sendable (RecordedRequest, ImageFixture.Blob) -> Reply = { .blob($1.body, for: $0) }
  /// Whether the layer is asked for.
  var reachesStorage = true
  /// Whether the program is interrupted at the layer's first bytes.
  var isInterrupted = false
  /// Whether it happens before anything is asked.
  var isBeforeRequests = false

  /// Whether the registry is asked nothing: behind a proxy that refuses there is none.
  func asksNothing(with secret: KnownSecret) -> Bool {
    isBeforeRequests || code == 15 && secret == .proxyPassword
  }

  static let signature = "canary-signature-4a4a"

  static let all: [SecretFailure] = [
    SecretFailure(description: "ok", code: 0),
    SecretFailure(
      description: "usage", code: 2, tag: ":1:2", reachesStorage: false, isBeforeRequests: true),
    SecretFailure(
      description: "network: storage repeats the signature", code: 10,
      layer: { request, _ in
        Reply(
          403,
          text: """
            <?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code>\
            <SignatureProvided>\(signature)</SignatureProvided><Request>\(request.target)</Request></Error>
            """)
      }),
    SecretFailure(
      description: "rate-limit", code: 11, layer: { _, _ in Reply(429, headers: [("Retry-After", "86400")]) }),
    SecretFailure(
      description: "auth: a page repeats the request", code: 12, echoesRequest: true, reachesStorage: false),
    SecretFailure(
      description: "not-found", code: 13, manifest: .registryError(404, "MANIFEST_UNKNOWN", "unknown"),
      reachesStorage: false),
    SecretFailure(description: "tls", code: 14, storage: \.strangerOrigin, reachesStorage: false),
    SecretFailure(
      description: "proxy", code: 15, options: ["--proxy", "PROXY"], storage: { _ in "https://storage.example" },
      reachesStorage: false),
    SecretFailure(description: "integrity", code: 20, layer: { Reply.blob($1.body, for: $0).flippingBit(at: 9) }),
    SecretFailure(description: "refused", code: 21, storage: { _ in "file://" }, reachesStorage: false),
    SecretFailure(
      description: "refused: a redirect with a password", code: 21,
      storage: { _ in "https://me:canary-userinfo@127.0.0.1" }, reachesStorage: false),
    SecretFailure(
      description: "unsupported", code: 22, manifest: .json(#"{"schemaVersion":1,"fsLayers":[]}"#),
      reachesStorage: false),
    SecretFailure(
      description: "local-io", code: 30, command: ["prlimit", "--fsize=1000"], reachesStorage: false),
    SecretFailure(
      description: "busy", code: 31, options: ["--no-wait"], command: ["flock", "app_1.tar.part"],
      reachesStorage: false),
    SecretFailure(description: "interrupted", code: 130, isInterrupted: true),
  ]
}
