import FoundationEssentials
import HTTPAccess
import ImageCopy
import MachineConfiguration
import RegistryAuth
import RegistryClient
import Testing

@testable import DrayMessages
@testable import dray

@Suite("dray config")
struct ConfigCommandTests {
  /// Runs the command with these files below a root; the root is written `ROOT` in what is compared.
  private func run(
    _ arguments: [String], files: [String: String] = [:], variables: [String: String] = [:]
  ) async throws -> (code: ExitCode, output: String, errors: String) {
    let root = FileManager.default.temporaryDirectory.appending(path: "dray-config-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (name, text) in files {
      let parent = "\(root)/\(name)".split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: "\(root)/\(name)"))
    }
    let variables = variables.merging(["HOME": root + "/home"]) { $1 }
    let world = try TestWorld(variables: variables)
    var access = RegistryAccess(credentials: NoCredentials())
    access.use(ConfigurationRoots(system: root + "/etc", variables: variables))
    access.network.proxies = ProxyRules(variables: variables)
    let old = world.context()
    let context = CommandContext(
      language: old.language, environment: old.environment, input: old.input, output: old.output, errors: old.errors,
      now: old.now, signal: old.signal, isTerminalOwn: false, access: access, credentials: old.credentials,
      makePuller: old.makePuller)
    let code = await Program.run(["config"] + arguments, in: context)
    return (
      code, world.output.text.replacing(root, with: "ROOT"), world.errors.text.replacing(root, with: "ROOT")
    )
  }

  private let files = [
    "etc/ssl/certs/ca-certificates.crt": "x",
    "etc/containers/certs.d/mirror.example:5000/own.crt": "x",
    "etc/containers/certs.d/mirror.example:5000/me.cert": "x",
    "etc/containers/registries.conf": """
    unqualified-search-registries = ["docker.io"]
    [[registry]]
    prefix = "docker.io"
    location = "docker.io"
    [[registry.mirror]]
    location = "mirror.example:5000/hub"
    pull-from-mirror = "digest-only"
    """,
    "home/.docker/config.json": """
    {
      "auths": {
        "mirror.example:5000": {"auth":"bWU6Y2FuYXJ5"}
      }
    }
    """,
  ]

  @Test("T170, T174: a fault that does not concern the image is a warning; docker's proxy for containers is named")
  func foreignFaults() async throws {
    let files = [
      "etc/docker/daemon.json": "{\n  \"registry-mirrors\": [\"https://m.example\"],\n}",
      "home/.docker/config.json": "{\n\"proxies\":{\"default\":{\"httpProxy\":\"http://me:canary@p.corp:3128\"}}}",
    ]
    let other = try await run(["r.example/app:1"], files: files)
    #expect(other.code == .success)
    #expect(other.errors.contains("ROOT/etc/docker/daemon.json, line 3, column 1: '}' is not allowed in JSON here"))
    #expect(other.output.contains("the proxy in ROOT/home/.docker/config.json:2 is what docker passes to containers"))
    #expect(!(other.output + other.errors).contains("canary"))
    let hub = try await run(["nginx:1"], files: files)
    #expect(hub.code.number == 2)
    #expect(hub.errors.contains("ROOT/etc/docker/daemon.json, line 3, column 1"))
    let set = try await run(["r.example/app:1"], files: files, variables: ["https_proxy": "http://proxy.corp:3128"])
    #expect(!set.output.contains("what docker passes to containers"))
  }

  @Test("The places in their order, with login, trust and proxy, and where each is written; no password")
  func text() async throws {
    let shown = try await run(
      ["nginx:1.21.4"], files: files,
      variables: ["https_proxy": "http://me:canary@proxy.corp:3128", "no_proxy": "mirror.example"])
    #expect(shown.code == .success)
    #expect(
      shown.output == """
        image: docker.io/library/nginx:1.21.4
          short name resolved by ROOT/etc/containers/registries.conf:1
        1. mirror https://mirror.example:5000/v2/hub/library/nginx, by ROOT/etc/containers/registries.conf:6
           used for digests only
           login: me, from ROOT/home/.docker/config.json:3, entry 'mirror.example:5000'
           trust: ROOT/etc/ssl/certs/ca-certificates.crt, ROOT/etc/containers/certs.d/mirror.example:5000/own.crt
           client certificate: ROOT/etc/containers/certs.d/mirror.example:5000/me.cert
           proxy: none, by no_proxy
        2. origin https://registry-1.docker.io/v2/library/nginx, by ROOT/etc/containers/registries.conf:4
           login: none
           trust: ROOT/etc/ssl/certs/ca-certificates.crt
           proxy: http://proxy.corp:3128 (from https_proxy)

        """)
    #expect(!(shown.output + shown.errors).contains("canary"))
  }

  @Test("--json says the same to programs")
  func json() async throws {
    let shown = try await run(
      ["harbor.local:8080/team/app:1", "--json", "--mirror", "http://m.example", "--proxy", "socks5://p.example"],
      files: ["etc/docker/daemon.json": #"{"insecure-registries":["harbor.local:8080"]}"#])
    #expect(shown.code == .success)
    let first =
      #"{"address":"http://m.example/v2/team/app","authorities":[],"headers":[],"mayBePlainHTTP":true,"#
      + #""proxy":{"address":"socks5://p.example:1080","origin":"--proxy"},"resolvesTags":true,"role":"mirror","#
      + #""source":{"option":"--mirror"},"verified":false}"#
    let second =
      #"{"address":"https://harbor.local:8080/v2/team/app","authorities":[],"headers":[],"#
      + #""insecuritySource":{"line":1,"path":"ROOT/etc/docker/daemon.json"},"mayBePlainHTTP":true,"#
      + #""proxy":{"address":"socks5://p.example:1080","origin":"--proxy"},"resolvesTags":true,"role":"origin","#
      + #""source":{"line":1,"path":"ROOT/etc/docker/daemon.json"},"verified":false}"#
    #expect(
      shown.output == #"{"endpoints":[\#(first),\#(second)],"reference":"harbor.local:8080/team/app:1"}"# + "\n")
  }

  @Test("T204: a short name that several registries are searched for is shown with each of them, in their order")
  func searched() async throws {
    let files = ["etc/containers/registries.conf": "unqualified-search-registries = [\"a.example\", \"b.example\"]"]
    let text = try await run(["team/app:1"], files: files)
    #expect(
      text.output.split(separator: "\n").filter { $0.hasPrefix("image: ") || $0.contains("origin") } == [
        "image: a.example/team/app:1", "1. origin https://a.example/v2/team/app, by the image name",
        "image: b.example/team/app:1", "1. origin https://b.example/v2/team/app, by the image name",
      ])
    let json = try await run(["team/app:1", "--json"], files: files)
    #expect(json.output.filter(\.isNewline).count == 1)
    #expect(json.output.hasPrefix(#"{"alternatives":[{"endpoints":[{"address":"https://b.example/v2/team/app","#))
    #expect(json.output.contains(#""reference":"a.example/team/app:1""#))
  }

  @Test("What leaves a certificate unchecked is named with its file and line, wherever it stands")
  func insecurity() async throws {
    let registries =
      "[[registry]]\nlocation = \"r.example\"\ninsecure = true\n[[registry.mirror]]\n"
      + "location = \"m.example\"\n\ninsecure = true"
    let podman = try await run(["r.example/a"], files: ["etc/containers/registries.conf": registries])
    let place = "by ROOT/etc/containers/registries.conf"
    #expect(
      podman.output == """
        image: r.example/a:latest
        1. mirror https://m.example/v2/a, \(place):5
           login: none
           plain HTTP if TLS is not available, \(place):7
           trust: the certificate is not checked, \(place):7
           proxy: none
        2. origin https://r.example/v2/a, \(place):2
           login: none
           plain HTTP if TLS is not available, \(place):3
           trust: the certificate is not checked, \(place):3
           proxy: none

        """)
    let daemon = "{\n \"insecure-registries\": [\n  \"other.example\",\n  \"r.example\"\n ]\n}"
    let docker = try await run(["r.example/a"], files: ["etc/docker/daemon.json": daemon])
    #expect(docker.output.contains("trust: the certificate is not checked, by ROOT/etc/docker/daemon.json:4\n"))
    let hosts = "server = \"https://r.example\"\n\n[host.\"https://m.example\"]\n  skip_verify = true\n"
    let containerd = try await run(["r.example/a"], files: ["etc/containerd/certs.d/r.example/hosts.toml": hosts])
    let file = "ROOT/etc/containerd/certs.d/r.example/hosts.toml"
    #expect(containerd.output.contains("trust: the certificate is not checked, by \(file):4\n"))
    let option = try await run(["r.example/a", "--insecure-skip-tls-verify"])
    #expect(option.output.contains("trust: the certificate is not checked, by --insecure-skip-tls-verify\n"))
    let plain = try await run(["r.example/a", "--plain-http"])
    #expect(plain.output.contains("plain HTTP, by --plain-http\n"))
  }

  @Test("Each certificate is shown with what names it: an option, a variable, a line of hosts.toml, or its own place")
  func trust() async throws {
    let hosts = "server = \"https://r.example\"\nca = \"own.pem\"\n\nclient = [[\"me.pem\", \"me.key\"]]\n"
    let folder = "ROOT/etc/containerd/certs.d/r.example"
    let files = [
      "etc/containerd/certs.d/r.example/hosts.toml": hosts, "etc/docker/certs.d/r.example/x.crt": "x", "given.pem": "x",
    ]
    let shown = try await run(
      ["r.example/a", "--ca-cert", "/etc/hosts"], files: files,
      variables: ["SSL_CERT_FILE": "/v.pem", "SSL_CERT_DIR": "/d"])
    #expect(
      shown.output.contains(
        "trust: /v.pem (by SSL_CERT_FILE), /d (by SSL_CERT_DIR), /etc/hosts (by --ca-cert), "
          + "\(folder)/own.pem (by \(folder)/hosts.toml:2), ROOT/etc/docker/certs.d/r.example/x.crt\n"),
      "\(shown.output)\(shown.errors)")
    #expect(shown.output.contains("client certificate: \(folder)/me.pem (by \(folder)/hosts.toml:4)\n"))
    let json = try await run(["r.example/a", "--json"], files: files, variables: ["SSL_CERT_DIR": "/d"])
    #expect(json.output.contains(#""authoritySources":{"/d":{"variable":"SSL_CERT_DIR"},"#))
    #expect(json.output.contains(#""clientCertificateSource":{"line":4,"path":"\#(folder)/hosts.toml"}"#))
  }

  @Test("A proxy that is set and not used: what says so")
  func noProxy() async throws {
    let variables = ["HTTPS_PROXY": "http://p.example", "NO_PROXY": ".example"]
    #expect(try await run(["r.example/a"], variables: variables).output.contains("proxy: none, by NO_PROXY\n"))
    #expect(
      try await run(["r.test/a"], variables: variables).output.contains(
        "proxy: http://p.example:80 (from HTTPS_PROXY)\n"))
    let option = try await run(["r.test/a", "--proxy", "none"], variables: variables)
    #expect(option.output.contains("proxy: none, by --proxy none\n"))
    let loopback = try await run(["localhost:5000/a"], variables: variables)
    #expect(loopback.output.contains("proxy: none, for the loopback address\n"))
    #expect(try await run(["r.test/a"]).output.contains("proxy: none\n"))
  }

  @Test("A login is shown with the line of its entry, and a helper with the line that names it")
  func logins() async throws {
    let entry = #"{"auth":"bWU6Y2FuYXJ5"}"#
    let text =
      "{\n \"credHelpers\": {},\n \"auths\": {\n  \"other.example\": {},\n  \"https://r.example/v1/\": \(entry)\n }\n}"
    let file = try await run(["r.example/a"], files: ["home/.docker/config.json": text])
    let place = "ROOT/home/.docker/config.json"
    #expect(
      file.output.contains("login: me, from \(place):5, entry 'https://r.example/v1/'\n"), "\(file.output)")
    let json = try await run(["r.example/a", "--json"], files: ["home/.docker/config.json": text])
    #expect(json.output.contains(#""source":{"line":5,"path":"\#(place)"},"username":"me""#), "\(json.output)")
  }

  @Test("--no-config leaves the files aside; certificates and short names are then as they are without")
  func withoutFiles() async throws {
    let shown = try await run(["nginx", "--no-config"], files: files)
    #expect(shown.output.contains("1. origin https://registry-1.docker.io/v2/library/nginx, by the image name\n"))
    #expect(!shown.output.contains("mirror.example"))
  }

  @Test("What is blocked, or cannot be read, ends the command with its place")
  func failures() async throws {
    let blocked = try await run(
      ["bad.example/a"],
      files: ["etc/containers/registries.conf": "[[registry]]\nlocation = \"bad.example\"\nblocked = true"])
    #expect(blocked.code == .failure(.refused))
    #expect(blocked.errors.contains("'bad.example' is blocked by ROOT/etc/containers/registries.conf, line 1"))
    let broken = try await run(["a"], files: ["etc/containers/registries.conf": "\n\nx"])
    #expect(broken.code == .failure(.usage))
    #expect(broken.errors.contains("ROOT/etc/containers/registries.conf, line 3, column 2: "))
    #expect(try await run([]).code == .failure(.usage))
  }
}
