import ScriptedServer
import Testing

/// How one registry asks who is there, gives tokens and serves blobs, as its documents and its challenges have it.
struct RegistryHabit: Sendable, CustomTestStringConvertible {
  let name: String
  let registry: String
  let repository: String
  /// The `WWW-Authenticate` of a request without a login; nil where everybody is let in.
  let challenge: String?
  /// What a token is asked for by; nil where the password itself is sent.
  var tokenTarget: String?
  /// Where that is.
  var tokenHost: String?
  var tokenReply = #"{"token":"t"}"#
  var goodTokens: Set<String> = ["t"]
  /// Name and password, with a colon between; nil: nobody in particular.
  var login: String?
  /// Where blobs are redirected to, and the query that lets one in there.
  var storage: (host: String, query: String)?
  /// Where blobs are redirected to on the registry's own host, without a query.
  var ownStorage: String?
  /// The answer to a token that is not accepted has no challenge.
  var challengesOnce = false

  var testDescription: String { name }

  /// Every server that takes part.
  var hosts: [String] { [registry] + [tokenHost, storage?.host].compactMap { $0 }.filter { $0 != registry } }

  func serve(_ image: ImageFixture, at servers: NamedServers) {
    let server = servers[registry]
    let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { request, reply in
      guard let challenge, !isLetIn(request) else { return reply }
      let isSilent = challengesOnce && request.carriesCredentials
      return Reply(
        401, headers: isSilent ? [] : [("WWW-Authenticate", challenge)],
        text: #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#)
    }
    let manifest = image.manifest
    for tag in ["1", manifest.digest] {
      server.on("/v2/\(repository)/manifests/\(tag)") { guarded($0, .manifest(manifest)) }
    }
    for blob in image.blobs {
      let path = "/v2/\(repository)/blobs/\(blob.digest)"
      if let ownStorage {
        server.on(path) { guarded($0, .redirect(302, to: "\(ownStorage)/\(blob.digest)")) }
        server.on("\(ownStorage)/\(blob.digest)") { .blob(blob.body, for: $0) }
        continue
      }
      guard let storage else {
        server.on(path) { guarded($0, .blob(blob.body, for: $0)) }
        continue
      }
      let place = "/store/\(blob.digest)"
      server.on(path) { guarded($0, .redirect(to: "https://\(storage.host)\(place)?\(storage.query)")) }
      servers[storage.host].on(place) { .blob(blob.body, for: $0) }
    }
    guard let tokenHost, let tokenTarget else { return }
    servers[tokenHost].on("GET", String(tokenTarget.prefix { $0 != "?" })) { request in
      request.target == tokenTarget && request.basicCredentials == login ? .json(tokenReply) : Reply(401)
    }
  }

  private func isLetIn(_ request: RecordedRequest) -> Bool {
    tokenTarget == nil ? request.basicCredentials == login : goodTokens.contains(request.bearerToken ?? "")
  }
}

extension RegistryHabit {
  static let all: [RegistryHabit] = [
    RegistryHabit(
      name: "GHCR", registry: "ghcr.io", repository: "team/app",
      challenge: #"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:team/app:pull""#,
      tokenTarget: "/token?service=ghcr.io&scope=repository:team/app:pull", tokenHost: "ghcr.io",
      login: "me:ghp_canary",
      storage: (
        "pkg-containers.githubusercontent.com",
        "se=2026-04-26T11%3A10%3A00Z&sig=abc%2Bdef%3D&sp=r&spr=https&sr=b&sv=2019-12-12"
      )),
    RegistryHabit(
      name: "Quay, a robot", registry: "quay.io", repository: "team/app",
      challenge: #"Bearer realm="https://quay.io/v2/auth",service="quay.io",scope="repository:team/app:pull""#,
      tokenTarget: "/v2/auth?service=quay.io&scope=repository:team/app:pull", tokenHost: "quay.io",
      login: "team+robot:canary",
      storage: ("cdn01.quay.io", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=600&X-Amz-Signature=abc")),
    RegistryHabit(
      name: "GitLab, its token service on another host", registry: "registry.gitlab.com", repository: "group/sub/app",
      challenge: #"""
        Bearer realm="https://gitlab.com/jwt/auth",service="container_registry",scope="repository:group/sub/app:pull",\#
        error="invalid_token"
        """#,
      tokenTarget: "/jwt/auth?service=container_registry&scope=repository:group/sub/app:pull", tokenHost: "gitlab.com",
      login: "gitlab+deploy-token-1:canary",
      storage: ("cdn.registry.gitlab-static.net", "Expires=1&KeyName=k&Signature=abc")),
    RegistryHabit(
      name: "GitLab of a company, under one parent domain", registry: "registry.corp.example.com",
      repository: "group/app",
      challenge: #"Bearer realm="https://gitlab.corp.example.com/jwt/auth",service="container_registry""#,
      tokenTarget: "/jwt/auth?service=container_registry&scope=repository:group/app:pull",
      tokenHost: "gitlab.corp.example.com", login: "me:glpat-canary"),
    RegistryHabit(
      name: "ECR, Basic with the name AWS", registry: "123456789012.dkr.ecr.us-east-1.amazonaws.com",
      repository: "team/app",
      challenge: #"Basic realm="https://123456789012.dkr.ecr.us-east-1.amazonaws.com/",service="ecr.amazonaws.com""#,
      login: "AWS:canary",
      storage: (
        "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com", "X-Amz-Credential=c&X-Amz-Signature=abc"
      )),
    RegistryHabit(
      name: "ECR Public, a scope of its own in the challenge", registry: "public.ecr.aws",
      repository: "docker/library/nginx",
      challenge: #"Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws""#,
      tokenTarget: "/token/?service=public.ecr.aws&scope=repository:docker/library/nginx:pull",
      tokenHost: "public.ecr.aws", storage: ("d5l0dvt14r5h8.cloudfront.net", "Policy=p&Signature=abc&Key-Pair-Id=K")),
    RegistryHabit(
      name: "ACR, an access_token and nothing else", registry: "team.azurecr.io", repository: "app",
      challenge:
        #"Bearer realm="https://team.azurecr.io/oauth2/token",service="team.azurecr.io",scope="repository:app:pull""#,
      tokenTarget: "/oauth2/token?service=team.azurecr.io&scope=repository:app:pull", tokenHost: "team.azurecr.io",
      tokenReply: #"{"access_token":"t"}"#, login: "team:canary",
      storage: ("eusmanaged1.blob.core.windows.net", "se=2026&sig=abc&sp=r&sv=2019")),
    RegistryHabit(
      name: "ACR with data endpoints of its own", registry: "team.azurecr.io", repository: "app",
      challenge:
        #"Bearer realm="https://team.azurecr.io/oauth2/token",service="team.azurecr.io",scope="repository:app:pull""#,
      tokenTarget: "/oauth2/token?service=team.azurecr.io&scope=repository:app:pull", tokenHost: "team.azurecr.io",
      tokenReply: #"{"access_token":"t"}"#, login: "team:canary",
      storage: ("team.eastus.data.azurecr.io", "se=2026&sig=abc&sp=r&sv=2019")),
    RegistryHabit(
      name: "Google Artifact Registry, blobs behind a redirect on its own host", registry: "europe-docker.pkg.dev",
      repository: "project/repo/app",
      challenge: #"""
        Bearer realm="https://europe-docker.pkg.dev/v2/token",service="europe-docker.pkg.dev",\#
        scope="repository:project/repo/app:pull"
        """#,
      tokenTarget: "/v2/token?service=europe-docker.pkg.dev&scope=repository:project/repo/app:pull",
      tokenHost: "europe-docker.pkg.dev", tokenReply: #"{"token":"t","expires_in":43200}"#,
      login: "oauth2accesstoken:ya29.canary",
      ownStorage: "/artifacts-downloads/namespaces/project/repositories/repo/downloads", challengesOnce: true),
    RegistryHabit(
      name: "Google's gcr.io, a service without quotes", registry: "gcr.io", repository: "distroless/static",
      challenge: #"Bearer realm="https://gcr.io/v2/token",service=gcr.io"#,
      tokenTarget: "/v2/token?service=gcr.io&scope=repository:distroless/static:pull", tokenHost: "gcr.io",
      ownStorage: "/artifacts-downloads/namespaces/distroless/repositories/gcr.io/downloads", challengesOnce: true),
    RegistryHabit(
      name: "Nexus, Basic on a port of its own", registry: "nexus.example.com:8083", repository: "team/app",
      challenge: #"BASIC realm="Sonatype Nexus Repository Manager""#, login: "me:canary"),
    RegistryHabit(
      name: "Nexus with its token realm", registry: "nexus.example.com:8083", repository: "team/app",
      challenge:
        #"Bearer realm="https://nexus.example.com:8083/v2/token",service="https://nexus.example.com:8083/v2/token""#,
      tokenTarget:
        "/v2/token?service=https://nexus.example.com:8083/v2/token&scope=repository:team/app:pull",
      tokenHost: "nexus.example.com:8083"),
    RegistryHabit(
      name: "Artifactory, a realm that names the port", registry: "docker.jfrog.example.com", repository: "team/app",
      challenge: #"""
        Bearer realm="https://docker.jfrog.example.com:443/artifactory/api/docker/local/v2/token",\#
        service="docker.jfrog.example.com:443"
        """#,
      tokenTarget:
        "/artifactory/api/docker/local/v2/token?service=docker.jfrog.example.com:443&scope=repository:team/app:pull",
      tokenHost: "docker.jfrog.example.com", tokenReply: #"{"token":"t","expires_in":3600}"#, login: "me:cmVmdGtu",
      storage: ("bucket.s3.eu-west-1.amazonaws.com", "X-Amz-Signature=abc")),
    RegistryHabit(
      name: "Artifactory, a realm on another port of the same host", registry: "art.example.com:8443",
      repository: "team/app",
      challenge: #"Bearer realm="https://art.example.com/v2/token",service="art.example.com""#,
      tokenTarget: "/v2/token?service=art.example.com&scope=repository:team/app:pull", tokenHost: "art.example.com",
      login: "me:canary"),
    RegistryHabit(
      name: "Artifactory, by repository path: a scope without the repository's key", registry: "art.example.com",
      repository: "docker-local/team/app",
      challenge: #"""
        Bearer realm="https://art.example.com/artifactory/api/docker/docker-local/v2/token",\#
        service="art.example.com",scope="repository:team/app:pull"
        """#,
      tokenTarget:
        "/artifactory/api/docker/docker-local/v2/token?service=art.example.com&scope=repository:docker-local/team/app:pull",
      tokenHost: "art.example.com", login: "me:canary"),
    RegistryHabit(
      name: "Artifactory, by subdomain: a realm on the host above", registry: "docker-hub.art.example.com",
      repository: "node",
      challenge: #"""
        Bearer realm="https://art.example.com:443/artifactory/api/docker/docker-hub/v2/token",\#
        service="art.example.com:443",scope="repository:node:pull"
        """#,
      tokenTarget: "/artifactory/api/docker/docker-hub/v2/token?service=art.example.com:443&scope=repository:node:pull",
      tokenHost: "art.example.com", login: "me:canary"),
    RegistryHabit(
      name: "NGC, a challenge without a service", registry: "nvcr.io", repository: "nvidia/cuda",
      challenge: #"Bearer realm="https://nvcr.io/proxy_auth",scope="repository:nvidia/cuda:pull""#,
      tokenTarget: "/proxy_auth?scope=repository:nvidia/cuda:pull", tokenHost: "nvcr.io",
      login: "$oauthtoken:nvapi-canary"),
    RegistryHabit(
      name: "NGC, a realm that has the scope in it", registry: "nvcr.io", repository: "nvidia/tensorflow",
      challenge: #"Bearer realm="https://nvcr.io/proxy_auth?scope=repository:nvidia/tensorflow:pull,push""#,
      tokenTarget:
        "/proxy_auth?scope=repository:nvidia/tensorflow:pull,push&scope=repository:nvidia/tensorflow:pull",
      tokenHost: "nvcr.io"),
    RegistryHabit(
      name: "MCR, which lets everybody in", registry: "mcr.microsoft.com", repository: "dotnet/runtime", challenge: nil,
      storage: ("eastus.data.mcr.microsoft.com", "se=2026&sig=abc&sp=r")),
  ]
}
