import ScriptedServer

/// A registry with a token service and a storage behind signed addresses, all disturbed by a plan.
struct ChaosRegistry: Sendable {
  let image: ImageFixture
  let plan: ChaosPlan
  /// Blobs come from the storage; else from the registry itself.
  let hasStorage: Bool

  func serve(on server: ScriptedServer) {
    let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
    let refusal = Reply(401, headers: [("WWW-Authenticate", challenge)])
    server.add(Rule("GET", "/v2/*", refusal).when { [plan] in $0.bearerToken != "t\(plan.tokenGeneration)" })
    server.giveTokens { [plan] _ in plan.disturb(.token("t\(plan.tokenGeneration)")) }
    server.on("/v2/team/app/manifests/1") { [plan, image] _ in plan.disturb(.manifest(image.manifest)) }
    for blob in image.blobs {
      server.on("/v2/team/app/blobs/\(blob.digest)") { [plan, hasStorage] request in
        guard hasStorage else { return plan.disturb(blob: blob, for: request) }
        return plan.disturb(
          .redirect(to: "/store/\(blob.digest)?X-Amz-Signature=canary-\(plan.addressGeneration)"), blob: blob.digest)
      }
      server.on("/store/\(blob.digest)") { [plan] request in
        guard request.query.hasSuffix("canary-\(plan.addressGeneration)") else {
          return Reply(request.index % 2 == 0 ? 403 : 400, text: "<Error><Code>ExpiredToken</Code></Error>")
        }
        return plan.disturb(blob: blob, for: request)
      }
    }
  }
}
