import ImageModel

/// What docker's `daemon.json` says about registries: the machine's, and the one of a rootless daemon.
struct DockerDaemonConfiguration: Sendable {
  private let files: [File]

  /// What cannot be followed.
  let faults: [ConfigurationFault]

  fileprivate struct File: Sendable {
    let path: String
    let json: ForeignJSON
    var mirrors: [String] = []
    var insecure: [String] = []
  }

  init(_ roots: ConfigurationRoots) {
    var (files, faults): ([File], [ConfigurationFault]) = ([], [])
    for folder in [roots.user, roots.system].compactMap({ $0 }) {
      let path = "\(folder)/docker/daemon.json"
      do throws(ConfigurationError) {
        guard let bytes = try ConfigurationFile.bytes(of: path) else { continue }
        let (file, found) = try Self.read(bytes, path)
        if let file { files.append(file) }
        faults += found
      } catch {
        faults.append(ConfigurationFault(error: error, scope: .dockerHub))
      }
    }
    (self.files, self.faults) = (files, faults)
  }

  private static func read(
    _ bytes: [UInt8], _ path: String
  ) throws(ConfigurationError) -> (File?, [ConfigurationFault]) {
    let json: ForeignJSON
    do { json = try ForeignJSON(bytes) } catch {
      if error.isAboutEmptyText { return (nil, []) }
      throw .malformedJSON(path: path, place: error.place, found: error.found)
    }
    guard case .object = json.tree else {
      throw .malformed(path: path, place: TextPlace(line: 1, column: 1), .notAnObject)
    }
    var file = File(path: path, json: json)
    var faults: [ConfigurationFault] = []
    for (key, list, scope) in [
      ("registry-mirrors", \File.mirrors, .dockerHub), ("insecure-registries", \File.insecure, .leniency),
    ] as [(String, WritableKeyPath<File, [String]> & Sendable, ConfigurationFault.Scope)] {
      guard let value = json.tree.field(key), !value.isNull else { continue }
      guard let texts = value.texts else {
        let error = ConfigurationError.malformed(
          path: path, place: json.place(of: [key]), .expected(key: key, .list))
        faults.append(ConfigurationFault(error: error, scope: scope))
        continue
      }
      file[keyPath: list] = texts
    }
    return (file, faults)
  }

  /// Where an image is asked for; nil where nothing here is about its registry.
  ///
  /// - Throws: ``ConfigurationError``.
  func endpoints(for reference: ImageReference) throws(ConfigurationError) -> [PullEndpoint]? {
    if let fault = faults.first(where: { $0.concerns(reference) }) { throw fault.error }
    var endpoints: [PullEndpoint] = []
    var isAboutIt = false
    // docker has mirrors for its Hub alone.
    for file in files where reference.registry.isDockerHub {
      for text in file.mirrors {
        guard let place = ConfiguredAddress(parsing: text) else {
          throw .malformed(
            path: file.path, place: file.json.place(ofText: text), .invalidAddress(text))
        }
        var mirror = PullEndpoint(
          registry: place.registry, repository: reference.repository, role: .mirror,
          provenance: .file(path: file.path, line: file.json.place(ofText: text)?.line))
        mirror.scheme = place.scheme
        mirror.apiPath = place.path + PullEndpoint.standardPath
        if let provenance = insecurity(of: place.registry) {
          mirror.allowInsecure(by: provenance, unless: place.scheme)
        }
        endpoints.append(mirror)
        isAboutIt = true
      }
    }
    var origin = PullEndpoint.origin(of: reference)
    if let provenance = insecurity(of: reference.registry) {
      origin.allowInsecure(by: provenance)
      origin.provenance = provenance
      isAboutIt = true
    }
    return isAboutIt ? endpoints + [origin] : nil
  }

  /// The entry of `insecure-registries` that a registry falls under. A network is about hosts given as addresses: names
  /// are not looked up for it.
  private func insecurity(of registry: RegistryName) -> Provenance? {
    let bare = registry.host.hasPrefix("[") ? String(registry.host.dropFirst().dropLast()) : registry.host
    let address = IPAddress(parsing: bare)
    for file in files {
      for text in file.insecure {
        let isMeant =
          if let block = AddressBlock(parsing: text) {
            address.map(block.contains) ?? false
          } else {
            ConfiguredAddress(parsing: text)?.registry == registry
          }
        if isMeant { return .file(path: file.path, line: file.json.place(ofText: text)?.line) }
      }
    }
    return nil
  }
}

extension PullEndpoint {
  /// The same for a place whose address names its scheme.
  fileprivate mutating func allowInsecure(by provenance: Provenance, unless scheme: Scheme) {
    allowInsecure(by: provenance)
    if scheme != .found { self.scheme = scheme }
  }
}
