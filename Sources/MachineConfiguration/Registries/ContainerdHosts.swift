import FileAccess
import ImageModel

/// containerd's `certs.d/HOST/hosts.toml` ("Registry Configuration - Introduction", docs/hosts.md).
struct ContainerdHosts: Sendable {
  private let file: TOMLSetting
  private let folder: String

  /// The file for a registry, in the first of the folders that there are: `HOST_PORT_`, `HOST:PORT`, `_default`; nil where
  /// there is none in it.
  ///
  /// - Throws: ``ConfigurationError``.
  init?(_ roots: ConfigurationRoots, for registry: RegistryName) throws(ConfigurationError) {
    guard let folder = Self.folder(roots, host: registry.host, port: registry.port),
      let file = try ConfigurationFile.table(of: "\(folder)/hosts.toml")
    else { return nil }
    self.file = file
    self.folder = folder
  }

  /// The folder that counts for a registry.
  ///
  /// - Parameter port: nil where its name has none.
  static func folder(_ roots: ConfigurationRoots, host: String, port: Int?) -> String? {
    guard let system = roots.system else { return nil }
    let own = port.map { ["\(host)_\($0)_", "\(host):\($0)"] } ?? [host]
    return (own + ["_default"]).map { "\(system)/containerd/certs.d/\($0)" }.first(where: FileLook.isFolder)
  }

  /// - Throws: ``ConfigurationError``.
  func endpoints(for reference: ImageReference) throws(ConfigurationError) -> [PullEndpoint] {
    var endpoints: [PullEndpoint] = []
    if let hosts = try file.table("host") {
      for entry in hosts.table.entries {
        guard let table = try hosts.table(entry.key) else { continue }
        let capabilities = try capabilities(table)
        guard capabilities.contains("pull") else { continue }
        var endpoint = try endpoint(entry.key, table, line: table.line, role: .mirror, reference)
        endpoint.resolvesTags = capabilities.contains("resolve")
        // A host that stands for several registries is told which one is meant, as containerd does.
        endpoint.namespace = reference.registry.description
        endpoints.append(endpoint)
      }
    }
    guard let server = try file.string("server") else {
      // What stands before the hosts is about the registry itself, whether it is named there or not.
      var origin = PullEndpoint.origin(of: reference)
      try setTerms(of: &origin, by: file)
      return endpoints + [origin]
    }
    let origin = try endpoint(server, file, line: file.line(of: "server"), role: .origin, reference)
    return endpoints + [origin]
  }

  private func capabilities(_ table: TOMLSetting) throws(ConfigurationError) -> Set<String> {
    Set(try (table.strings("capabilities") ?? ["pull", "resolve"]).map { $0.lowercased() })
  }

  private func endpoint(
    _ address: String, _ table: TOMLSetting, line: Int, role: PullEndpoint.Role, _ reference: ImageReference
  ) throws(ConfigurationError) -> PullEndpoint {
    guard let place = ConfiguredAddress(parsing: address) else {
      throw .malformed(
        path: file.path, place: TextPlace(line: line, column: 1), .invalidAddress(address))
    }
    var endpoint = PullEndpoint(
      registry: place.registry, repository: reference.repository, role: role,
      provenance: .file(path: file.path, line: line))
    endpoint.scheme = place.scheme
    endpoint.apiPath = try table.flag("override_path") ? place.path : place.path.withAPIPath
    try setTerms(of: &endpoint, by: table)
    return endpoint
  }

  /// What is believed of a place, and what is shown and sent to it.
  private func setTerms(of endpoint: inout PullEndpoint, by table: TOMLSetting) throws(ConfigurationError) {
    if try table.flag("skip_verify") {
      endpoint.skipsVerification = true
      endpoint.insecurity = provenance(of: "skip_verify", table)
    }
    endpoint.certificates.authorityFiles = try (table.strings("ca") ?? []).map(absolute)
    endpoint.certificates.sources.authorities = provenance(of: "ca", table)
    endpoint.certificates.client = try client(table)
    endpoint.certificates.sources.client = provenance(of: "client", table)
    endpoint.headers = try headers(table)
  }

  private func provenance(of key: String, _ table: TOMLSetting) -> Provenance {
    .file(path: table.path, line: table.line(of: key))
  }

  /// `client = "both.pem"`, `["both.pem"]` or `[["a.cert", "a.key"]]`: the first pair.
  private func client(_ table: TOMLSetting) throws(ConfigurationError) -> ClientCertificate? {
    guard let entry = table.table["client"] else { return nil }
    switch entry.value {
    case .string(let path): return ClientCertificate(certificateFile: absolute(path), keyFile: absolute(path))
    case .array(let values):
      switch values.first {
      case nil: return nil
      case .string(let path): return ClientCertificate(certificateFile: absolute(path), keyFile: absolute(path))
      case .array(let pair):
        let paths = pair.compactMap { if case .string(let path) = $0 { absolute(path) } else { nil } }
        guard paths.count == pair.count, let first = paths.first, let last = paths.last, paths.count <= 2 else { break }
        return ClientCertificate(certificateFile: first, keyFile: last)
      default: break
      }
    default: break
    }
    throw table.fault("client", .expected(key: "client", .certificateFiles))
  }

  private func headers(_ table: TOMLSetting) throws(ConfigurationError) -> [HeaderField] {
    guard let fields = try table.table("header") else { return [] }
    var headers: [HeaderField] = []
    for entry in fields.table.entries {
      for value in try fields.strings(entry.key) ?? [] {
        guard HeaderField.isValid(name: entry.key, value: value) else {
          throw fields.fault(entry.key, .invalidHeaderField)
        }
        headers.append(HeaderField(name: entry.key, value: value))
      }
    }
    return headers
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}

extension String {
  /// With the path of the API behind it, where it does not end there already.
  fileprivate var withAPIPath: String { hasSuffix("/v2") ? self : self + "/v2" }
}

extension HeaderField {
  /// RFC 9110 §5.1, §5.5. What frames a message is not for configuration.
  static func isValid(name: String, value: String) -> Bool {
    let isToken =
      !name.isEmpty
      && name.utf8.allSatisfy { $0.isLetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    let isFraming = ["host", "content-length", "transfer-encoding", "connection"].contains(name.lowercased())
    return isToken && !isFraming && value.utf8.allSatisfy { $0 == 0x09 || (0x20...0x7e).contains($0) }
  }
}
