import CLibrary
import HTTPAccess
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import Testing

@testable import DrayMessages
@testable import dray

struct PullSettingsTests {
  @Test("Every option reaches the engine")
  func options() async throws {
    let world = try TestWorld()
    let code = await world.run(
      "pull", "harbor.example.com/app:1", "-o", "/tmp/x.tar", "--platform", "linux/arm64", "--as", "app:2", "--restart",
      "--no-wait", "--plain-http", "--insecure-skip-tls-verify", "--ca-cert", "a.pem", "--ca-cert", "b.pem",
      "--resolve",
      "Harbor.example.com=10.0.0.7", "--resolve", "cdn=[::1]", "--resolve", "harbor.example.com:443=[::1]:8443",
      "--harbor-session", "--trust-realm", "auth.example.com",
      "--trust-realm", "other.example.com:8443", "--token-realm", "https://harbor.example.com/service/token",
      "--foreign-layers", "--connections", "3", "--stall-timeout", "45", "--reuse", "old.tar", "--reuse", "images/",
      "--quiet", "--limit-rate", "10m", "--mirror", "mirror.example.com/hub", "--mirror", "http://10.0.0.9:5000")
    #expect(code == .success)
    let request = try #require(world.requests.first)
    #expect(request.reference == sampleReference("harbor.example.com/app:1"))
    #expect(request.output == .file("/tmp/x.tar"))
    #expect(request.platform == Samples.otherPlatform)
    #expect(request.name == sampleReference("app:2"))
    #expect(request.restarts)
    #expect(!request.waits)
    #expect(request.reusedPaths == ["old.tar", "images/"])
    let access = try #require(world.usedAccess)
    #expect(access.usesPlainHTTP)
    #expect(access.skipsVerification)
    #expect(access.network.trust.authorityFiles == ["a.pem", "b.pem"])
    var overrides: AddressOverrides = ["harbor.example.com": "10.0.0.7", "cdn": "::1"]
    overrides.connect("harbor.example.com", port: 443, to: "::1", port: 8443)
    #expect(access.network.addressOverrides == overrides)
    #expect(access.login.usesHarborSession)
    #expect(access.login.trustedRealmHosts == ["auth.example.com", "other.example.com:8443"])
    #expect(access.login.realm == "https://harbor.example.com/service/token")
    #expect(access.fetchesForeignLayers)
    #expect(access.network.connectionsPerHost == 3)
    #expect(access.network.bytesPerSecond == 10 << 20)
    let places = try access.endpoints(for: sampleReference("harbor.example.com/app:1")) { _ in }
    #expect(
      places.map { "\($0.registry)/\($0.repository)" } == [
        "mirror.example.com/hub/app", "10.0.0.9:5000/app", "harbor.example.com/app",
      ])
    #expect(access.network.stallTimeout == .seconds(45))
  }

  @Test("Without options the archive goes to the current folder, over HTTPS, with eight connections")
  func defaults() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "nginx") == .success)
    let request = try #require(world.requests.first)
    #expect(request.output == .directory("."))
    #expect(request.platform == nil)
    #expect(request.name == nil)
    #expect(!request.restarts)
    #expect(request.waits)
    #expect(request.reusedPaths.isEmpty)
    #expect(request.reusesSiblings)
    let access = try #require(world.usedAccess)
    #expect(!access.usesPlainHTTP)
    #expect(!access.skipsVerification)
    #expect(access.network.connectionsPerHost == 8)
    #expect(access.network.stallTimeout == .seconds(30))
    #expect(access.login.prompt == nil)
  }

  @Test(
    "-o is a file, a folder that exists, a folder by its slash, or standard output",
    arguments: [
      ("a.tar", PullRequest.Output.file("a.tar")), ("images/", .directory("images/")), ("there", .directory("there")),
      ("-", .standardOutput), ("./-", .file("./-")),
    ])
  func output(argument: String, output: PullRequest.Output) {
    #expect(PullRequest.Output(argument: argument) { $0 == "there" } == output)
  }

  @Test("A folder is recognized on the disk")
  func outputOnDisk() {
    #expect(PullRequest.Output(argument: "/tmp") == .directory("/tmp"))
    #expect(PullRequest.Output(argument: "/tmp/no such thing") == .file("/tmp/no such thing"))
    #expect(PullRequest.Output(argument: "/dev/null") == .file("/dev/null"))
  }

  @Test(
    "What does not make sense is refused before any request",
    arguments: [
      (["pull"], UsageError.noReference), (["pull", "a", "b", "--as", "c"], .oneNameForSeveral),
      (["pull", "a", "--quiet", "--json"], .quietAndJSON), (["pull", "a", "-o", ""], .emptyOutput),
      (["pull", "a", "--reuse", "b.tar", "--no-reuse"], .reuseAndNoReuse), (["pull", "a", "--reuse", ""], .emptyReuse),
      (["pull", "a", "--platform", "linux/"], .platform("linux/")),
      (
        ["pull", "a", "--as", "b@sha256:\(String(repeating: "0", count: 64))"],
        .imageNameWithDigest("b@sha256:\(String(repeating: "0", count: 64))")
      ),
      (["pull", "a", "--connections", "0"], .number(option: "--connections", "0", 1...256)),
      (["pull", "a", "--connections", "257"], .number(option: "--connections", "257", 1...256)),
      (["pull", "a", "--connections", "8x"], .number(option: "--connections", "8x", 1...256)),
      (
        ["pull", "a", "--connections", "99999999999999999999"],
        .number(option: "--connections", "99999999999999999999", 1...256)
      ),
      (["pull", "a", "--stall-timeout", "-1"], .number(option: "--stall-timeout", "-1", 1...86_400)),
      (["pull", "a", "--mirror", "a b"], .mirror("a b")), (["pull", "a", "--mirror", ""], .mirror("")),
      (["pull", "a", "--limit-rate", "10 M"], .rate("10 M")), (["pull", "a", "--limit-rate", "0"], .rate("0")),
      (["pull", "a", "--limit-rate", "M"], .rate("M")), (["pull", "a", "--limit-rate", "5KB"], .rate("5KB")),
      (["pull", "a", "--limit-rate", "9999999999G"], .rate("9999999999G")),
      (["pull", "a", "--resolve", "host"], .resolve("host")),
      (["pull", "a", "--resolve", "=10.0.0.1"], .resolve("=10.0.0.1")),
      (["pull", "a", "--resolve", "h=example.com"], .resolve("h=example.com")),
      (["pull", "a", "--resolve", "h=0x7f.1"], .resolve("h=0x7f.1")),
      (["pull", "a", "--resolve", "h=10.0.0.1:80"], .resolve("h=10.0.0.1:80")),
      (["pull", "a", "--resolve", "h:0=10.0.0.1:80"], .resolve("h:0=10.0.0.1:80")),
      (["pull", "a", "--resolve", "h:80=10.0.0.1:70000"], .resolve("h:80=10.0.0.1:70000")),
      (["pull", "a", "--resolve", "h:80=[::1"], .resolve("h:80=[::1")),
      (["pull", "a", "--trust-realm", "https://x"], .host(option: "--trust-realm", "https://x")),
      (["pull", "a", "--token-realm", "x.example.com"], .tokenRealm("x.example.com")),
      (["pull", "a", "--token-realm", "https://x/\n"], .tokenRealm("https://x/\n")),
      (["pull", "a", "--password-stdin"], .passwordWithoutName),
      (["pull", "a", "--username", "me"], .nameWithoutPassword),
      (["pull", "a", "--username", "", "--password-stdin"], .username("")),
      (["pull", "a", "--username", "a:b", "--password-stdin"], .username("a:…")),
    ])
  func refused(arguments: [String], error: UsageError) async throws {
    let world = try TestWorld()
    // A value that begins with a hyphen is joined to its option, as the parser wants it.
    var joined = arguments
    if let index = joined.firstIndex(of: "-1") { joined[(index - 1)...index] = ["--stall-timeout=-1"] }
    #expect(await Program.run(joined, in: world.context()) == .failure(.usage))
    #expect(world.errors.lines.first == "error[usage]: \(error.text(.english))")
    #expect(world.requests.isEmpty)
  }

  @Test("An archive is not written to a terminal")
  func terminal() async throws {
    let world = try TestWorld()
    let terminal = try Pseudoterminal()
    let code = await Program.run(
      ["pull", "nginx", "-o", "-"], in: world.context(output: StandardStream(descriptor: terminal.slave)))
    #expect(code == .failure(.usage))
    #expect(world.requests.isEmpty)
    #expect(world.errors.lines.first == "error[usage]: \(UsageError.archiveToTerminal.text(.english))")
  }

  @Test("--trust-realm takes a port, and hosts in upper case")
  func trustedHosts() async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "nginx", "--trust-realm", "Auth.Example.com:8443") == .success)
    #expect(world.usedAccess?.login.trustedRealmHosts == ["auth.example.com:8443"])
  }

  @Test(
    "The password is all of standard input but for one newline at its end",
    arguments: [
      ("canary", "canary"), ("canary\n", "canary"), ("canary\r\n", "canary"), ("canary\n\n", "canary\n"),
      (" canary b \n", " canary b "), ("canary ß 密", "canary ß 密"), ("canary\r", "canary\r"),
    ])
  func password(input: String, password: String) async throws {
    let world = try TestWorld(input: try descriptor(holding: Array(input.utf8)))
    #expect(await world.run("pull", "harbor.example.com/x", "--username", "robot$ci", "--password-stdin") == .success)
    let source = try #require(world.usedAccess?.login.credentials)
    let found = try await source.credential(for: CredentialQuery(registry: "harbor.example.com", repository: "x"))
    #expect(found?.credential == .password(username: "robot$ci", password: password))
    #expect(found?.origin == .commandLine)
  }

  @Test("T034: a password of the command line is for the registries that it names, and for no other")
  func passwordStaysHome() async throws {
    let world = try TestWorld(input: try descriptor(holding: Array("canary".utf8)))
    let code = await world.run(
      "pull", "harbor.example.com/x", "nginx", "--username", "me", "--password-stdin")
    #expect(code == .success)
    let source = try #require(world.usedAccess?.login.credentials)
    for (registry, isKnown) in [
      ("harbor.example.com", true), ("docker.io", true), ("harbor.example.com:8443", false), ("example.com", false),
      ("harbor.example.com.evil.test", false), ("auth.docker.io", false),
    ] {
      let found = try await source.credential(for: CredentialQuery(registry: registry, repository: "x"))
      #expect((found != nil) == isKnown, "\(registry)")
    }
  }

  @Test(
    "A password that is empty, endless or no text is refused",
    arguments: [
      ([], UsageError.emptyPassword), ([10], .emptyPassword), ([0xFF, 0xFE], .passwordNotText),
      (Array(repeating: 97, count: 65_537), .passwordTooLong(limit: 65_536)),
    ] as [([UInt8], UsageError)])
  func badPassword(input: [UInt8], error: UsageError) async throws {
    let world = try TestWorld(input: try descriptor(holding: input))
    #expect(await world.run("pull", "x", "--username", "me", "--password-stdin") == .failure(.usage))
    #expect(world.errors.lines.first == "error[usage]: \(error.text(.english))")
    #expect(world.requests.isEmpty)
  }

  private func descriptor(holding bytes: [UInt8]) throws -> Int32 {
    var template = Array("/tmp/dray-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    unlink(template)
    try #require(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
    return descriptor
  }
}
