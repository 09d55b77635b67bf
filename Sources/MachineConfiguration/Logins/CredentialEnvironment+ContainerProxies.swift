import ImageModel

extension CredentialEnvironment {
  /// Where the configuration of docker's client names a proxy (`proxies`). The client hands it to containers and builds; no
  /// pull of docker's goes through it, nor one of dray's. Nil where none is named.
  package var containerProxies: Provenance? {
    guard let path = dockerConfiguration,
      let bytes = try? ConfigurationFile.bytes(of: path, limit: 8 << 20), let json = try? ForeignJSON(bytes),
      let proxies = json.tree.field("proxies")
    else { return nil }
    // The client looks for the engine that it speaks with, and else for this.
    let name = self["DOCKER_HOST"].flatMap { proxies[$0] == nil ? nil : $0 } ?? "default"
    guard let setting = proxies[name],
      ["httpProxy", "httpsProxy", "allProxy"].contains(where: { setting.field($0)?.text?.isEmpty == false })
    else { return nil }
    return .file(path: path, line: json.place(of: ["proxies", name])?.line)
  }
}
