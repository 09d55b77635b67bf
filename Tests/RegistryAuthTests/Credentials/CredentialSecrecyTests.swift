import Testing

@testable import MachineConfiguration
@testable import RegistryAuth

@Suite("T041: credentials never print")
struct CredentialSecrecyTests {
  private static let canary = "canary-7f3a"

  private func prints(_ value: some Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(describing: value), String(reflecting: value), String(reflecting: [value]), dumped]
  }

  @Test(
    "T041: a credential, and whatever holds one",
    arguments: [
      Credential.password(username: canary, password: canary), .identityToken(canary), .registryToken(canary),
    ])
  func credentials(credential: Credential) {
    let found = FoundCredential(credential, from: .prompt)
    let fixed = FixedCredential(found, for: ["registry.example"])
    let texts =
      prints(credential) + prints(found) + prints(Optional(found)) + prints(fixed) + prints(CredentialChain([fixed]))
    #expect(texts.allSatisfy { !$0.contains(Self.canary) })
  }

  @Test("T041: an environment, and what looks things up in it")
  func environments() {
    let environment = CredentialEnvironment(
      variables: ["DRAY_PASSWORD": Self.canary, "DRAY_USERNAME": "me", "HOME": "/home/me"], userID: 1)
    let chain = CredentialChain.standard(registries: ["registry.example"], environment: environment)
    #expect((prints(environment) + prints(chain)).allSatisfy { !$0.contains(Self.canary) })
  }

  @Test("T041: a file that is refused is named, not quoted")
  func refusedFile() async throws {
    try await CredentialFolder.use { folder in
      let path = try folder.write(#"{"auths":{"a":{"auth":"\#(Self.canary)"}}}"#, to: "config.json")
      let error = await #expect(throws: CredentialError.self) {
        try await DockerConfigurationFile(path: path).credential(for: CredentialQuery("a"))
      }
      #expect(prints(error).allSatisfy { !$0.contains(Self.canary) })
    }
  }

  @Test("T041: a helper's answer that is refused is not quoted")
  func refusedAnswer() async throws {
    try await CredentialFolder.use { folder in
      for script in ["echo \(Self.canary)", "echo \(Self.canary); exit 1"] {
        try folder.helper("test", script: script)
        let error = await #expect(throws: CredentialError.self) {
          try await CredentialHelper(name: "test", path: "").get("a", environment: folder.environment())
        }
        #expect(prints(error).allSatisfy { !$0.contains(Self.canary) })
      }
    }
  }
}
