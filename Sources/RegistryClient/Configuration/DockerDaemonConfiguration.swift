import FoundationEssentials
import ImageModel

/// What docker's `daemon.json` says about registries: the machine's, and the one of a rootless daemon.
struct DockerDaemonConfiguration: Sendable {
  private let files: [File]

  fileprivate struct File: Sendable {
    let path: String
    let body: Body
    let bytes: [UInt8]
  }

  fileprivate struct Body: Decodable, Sendable {
    var mirrors: [String]?
    var insecure: [String]?

    enum CodingKeys: String, CodingKey {
      case mirrors = "registry-mirrors"
      case insecure = "insecure-registries"
    }
  }

  /// - Throws: ``ConfigurationError``.
  init(_ roots: ConfigurationRoots) throws(ConfigurationError) {
    var files: [File] = []
    for folder in [roots.user, roots.system].compactMap({ $0 }) {
      let path = "\(folder)/docker/daemon.json"
      guard let bytes = try ConfigurationFile.bytes(of: path), bytes.contains(where: { $0 > 0x20 }) else { continue }
      guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil,
        let body = try? JSONDecoder().decode(Body.self, from: Data(bytes))
      else {
        throw .malformed(path: path, line: nil, detail: "it is not the JSON that docker reads")
      }
      files.append(File(path: path, body: body, bytes: bytes))
    }
    self.files = files
  }

  /// Where an image is asked for; nil where nothing here is about its registry.
  ///
  /// - Throws: ``ConfigurationError``.
  func endpoints(for reference: ImageReference) throws(ConfigurationError) -> [PullEndpoint]? {
    var endpoints: [PullEndpoint] = []
    var isAboutIt = false
    // docker has mirrors for its Hub alone.
    for file in files where reference.registry.isDockerHub {
      for text in file.body.mirrors ?? [] {
        guard let place = ConfiguredAddress(parsing: text) else {
          throw .malformed(path: file.path, line: file.line(of: text), detail: "'\(text)' is no address of a mirror")
        }
        var mirror = PullEndpoint(
          registry: place.registry, repository: reference.repository, role: .mirror,
          provenance: .file(path: file.path, line: file.line(of: text)))
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
  private func insecurity(of registry: RegistryName) -> PullEndpoint.Provenance? {
    let bare = registry.host.hasPrefix("[") ? String(registry.host.dropFirst().dropLast()) : registry.host
    let address = IPAddress(parsing: bare)
    for file in files {
      for text in file.body.insecure ?? [] {
        let isMeant =
          if let block = AddressBlock(parsing: text) {
            address.map(block.contains) ?? false
          } else {
            ConfiguredAddress(parsing: text)?.registry == registry
          }
        if isMeant { return .file(path: file.path, line: file.line(of: text)) }
      }
    }
    return nil
  }
}

extension DockerDaemonConfiguration.File {
  /// The line on which a text stands in quotes; nil where it is written otherwise than it is meant.
  fileprivate func line(of text: String) -> Int? {
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    let quoted = Array("\"\(text)\"".utf8)
    return lines.firstIndex { line in
      line.indices.contains { line[$0...].starts(with: quoted) }
    }.map { $0 - lines.startIndex + 1 }
  }
}

extension PullEndpoint {
  /// The same for a place whose address names its scheme.
  fileprivate mutating func allowInsecure(by provenance: Provenance, unless scheme: Scheme) {
    allowInsecure(by: provenance)
    if scheme != .found { self.scheme = scheme }
  }
}
