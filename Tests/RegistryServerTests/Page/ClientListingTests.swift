import Testing

@testable import RegistryServer

@Suite struct ClientListingTests {
  private let listing = ClientListing {
    MirrorServer(authority: "10.0.0.5:5000", isEncrypted: false, registries: ["docker.io", "quay.io"])
  }

  private func get(_ origin: String?) async throws -> String {
    let query = origin.map { [(name: "origin", value: $0)] } ?? []
    let request = ServerRequest(method: .get, path: "/api/clients", query: query)
    return try #require(try await listing.answer(request)).text
  }

  @Test func `Each client's file is that of --print-config, for the address that the page was opened by`()
    async throws
  {
    let text = try await get("https://images.example.com:8443")
    for path in [
      "/etc/docker/daemon.json", "/etc/containerd/certs.d", "/etc/rancher/k3s/registries.yaml",
      "/etc/containers/registries.conf.d/50-dray.conf", "/etc/buildkit/buildkitd.toml",
    ] {
      #expect(text.contains("\"path\":\"\(path)\""))
    }
    #expect(text.contains(#"\"registry-mirrors\": [\"https://images.example.com:8443\"]"#))
    #expect(text.contains(#"[host.\"https://images.example.com:8443\"]"#))
    #expect(text.contains("quay.io"))
    #expect(!text.contains("insecure") && !text.contains("10.0.0.5"))
  }

  @Test(arguments: [nil, "", "null", "ftp://a.example.com", "http://a.example.com/path", "http://a\n[x]", "http://\"]"])
  func `What is no origin does not get into a file`(origin: String?) async throws {
    let text = try await get(origin)
    #expect(text.contains(#"\"registry-mirrors\": [\"http://10.0.0.5:5000\"]"#))
    #expect(!text.contains("a.example.com") && !text.contains("[x]"))
  }
}
