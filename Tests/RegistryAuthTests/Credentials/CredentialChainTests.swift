import Testing

@testable import MachineConfiguration
@testable import RegistryAuth

@Suite("Where credentials are looked for")
struct CredentialChainTests {
  /// All places that hold something for `registry.example`, in the order in which they count.
  private static let places = [
    "command line", "environment", "authfile", "REGISTRY_AUTH_FILE", "session", "lasting", "docker",
  ]

  @Test("the first place that knows a credential counts", arguments: places.indices)
  func order(first: Int) async throws {
    try await CredentialFolder.use { folder in
      let present = Set(Self.places[first...])
      let files = [
        "authfile": "given.json", "REGISTRY_AUTH_FILE": "registry.json", "session": "run/containers/auth.json",
        "lasting": ".config/containers/auth.json", "docker": ".docker/config.json",
      ]
      for (place, file) in files {
        let content = present.contains(place) ? #"{"auths":{"registry.example":\#(entry(place))}}"# : "{}"
        try folder.write(content, to: file)
      }
      var variables = ["REGISTRY_AUTH_FILE": "\(folder.path)/registry.json"]
      if present.contains("environment") {
        variables["DRAY_USERNAME"] = "environment"
        variables["DRAY_PASSWORD"] = "secret-of-environment"
      }
      let typed = FoundCredential(.named("command line"), from: .commandLine)
      let chain = CredentialChain.standard(
        commandLine: present.contains("command line") ? typed : nil, registries: ["registry.example"],
        authFile: "\(folder.path)/given.json", environment: folder.environment(variables))
      let found = try await chain.credential(for: CredentialQuery("registry.example"))
      #expect(found?.credential == .named(Self.places[first]))
      let file = files[Self.places[first]].map {
        CredentialOrigin.file(path: "\(folder.path)/\($0)", key: "registry.example")
      }
      #expect(found?.origin == file ?? (first == 0 ? .commandLine : .environment(variable: "DRAY_PASSWORD")))
    }
  }

  @Test("T034: a password for the registries of the command line is not told to a mirror or another one")
  func otherRegistries() async throws {
    try await CredentialFolder.use { folder in
      let chain = CredentialChain.standard(
        commandLine: FoundCredential(.named("me"), from: .commandLine), registries: ["registry.example"],
        environment: folder.environment(["DRAY_USERNAME": "u", "DRAY_PASSWORD": "p"]))
      let own = try await chain.credential(for: CredentialQuery("registry.example"))
      #expect(own?.origin == .commandLine)
      for other in ["mirror.example", "registry.example:5000", "x.registry.example", "docker.io"] {
        let found = try await chain.credential(for: CredentialQuery(other))
        #expect(found == nil)
      }
    }
  }

  @Test("a name without a password in the environment says nothing", arguments: ["DRAY_USERNAME", "DRAY_PASSWORD"])
  func half(variable: String) async throws {
    try await CredentialFolder.use { folder in
      let chain = CredentialChain.standard(
        registries: ["registry.example"], environment: folder.environment([variable: "x"]))
      let found = try await chain.credential(for: CredentialQuery("registry.example"))
      #expect(found == nil)
    }
  }

  @Test("DOCKER_CONFIG names Docker's folder")
  func dockerFolder() async throws {
    try await CredentialFolder.use { folder in
      try folder.write(#"{"auths":{"registry.example":\#(entry("home"))}}"#, to: ".docker/config.json")
      try folder.write(#"{"auths":{"registry.example":\#(entry("named"))}}"#, to: "elsewhere/config.json")
      let environment = folder.environment(["DOCKER_CONFIG": "\(folder.path)/elsewhere"])
      let found = try await CredentialChain.standard(registries: [], environment: environment)
        .credential(for: CredentialQuery("registry.example"))
      #expect(found?.credential == .named("named"))
    }
  }

  @Test("a file that --authfile names must be there, one that a variable names need not")
  func absentFiles() async throws {
    try await CredentialFolder.use { folder in
      let environment = folder.environment(["REGISTRY_AUTH_FILE": "\(folder.path)/absent"])
      let chain = CredentialChain.standard(registries: [], environment: environment)
      let found = try await chain.credential(for: CredentialQuery("registry.example"))
      #expect(found == nil)
      let strict = CredentialChain.standard(registries: [], authFile: "\(folder.path)/absent", environment: environment)
      let error = await #expect(throws: CredentialError.self) {
        try await strict.credential(for: CredentialQuery("registry.example"))
      }
      guard case .unreadableFile(let path, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(path == "\(folder.path)/absent")
    }
  }

  @Test("T035: a place that fails ends the search")
  func failingPlace() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("broken", script: "exit 1")
      try folder.write(#"{"credsStore":"broken"}"#, to: "run/containers/auth.json")
      try folder.write(#"{"auths":{"registry.example":\#(entry("docker"))}}"#, to: ".docker/config.json")
      let chain = CredentialChain.standard(registries: [], environment: folder.environment())
      await #expect(throws: CredentialError.helperFailed(name: "broken", .exited(code: 1))) {
        try await chain.credential(for: CredentialQuery("registry.example"))
      }
    }
  }

  @Test("without a home and variables nothing is read")
  func bare() async throws {
    let environment = CredentialEnvironment(variables: [:], userID: 4_294_967_294)
    #expect(DockerConfigurationFile(environment: environment) == nil)
    #expect(
      try await CredentialChain.standard(registries: [], environment: environment).credential(for: .init("a")) == nil)
  }
}
