import ImageModel

extension RegistriesConfiguration {
  /// Where an image is asked for, by the entry with the longest prefix of its name; nil where no entry is about it.
  ///
  /// - Throws: ``ConfigurationError``: `blocked`, or `malformed` where what comes out of an entry is no name.
  func endpoints(for reference: ImageReference) throws(ConfigurationError) -> [PullEndpoint]? {
    if let fault = faults.first(where: { $0.concerns(reference) }) { throw fault.error }
    let name = "\(reference.registry)/\(reference.repository)"
    let found = registries.compactMap { entry in
      entry.matchedLength(name, host: reference.registry.description).map { (entry, $0) }
    }
    // Of two that match as much, the plain one says more.
    guard let (entry, length) = found.max(by: { ($0.0.prefix.utf8.count, $0.1) < ($1.0.prefix.utf8.count, $1.1) })
    else { return nil }
    if entry.isBlocked { throw .blocked(prefix: entry.prefix, path: entry.path, line: entry.line) }
    let rest = String(name.dropFirst(length))
    var endpoints: [PullEndpoint] = []
    for mirror in entry.mirrors where mirror.use != .tagOnly || reference.digest == nil {
      var endpoint = try entry.endpoint(mirror.location + rest, role: .mirror, line: mirror.line)
      endpoint.resolvesTags = mirror.use != .digestOnly
      if let line = mirror.insecureLine { endpoint.allowInsecure(by: .file(path: entry.path, line: line)) }
      endpoints.append(endpoint)
    }
    let place = entry.location.isEmpty ? name : entry.location + rest
    var origin = try entry.endpoint(place, role: .origin, line: entry.locationLine)
    if let line = entry.insecureLine { origin.allowInsecure(by: .file(path: entry.path, line: line)) }
    return endpoints + [origin]
  }
}

extension RegistriesConfiguration.Registry {
  /// How much of a name the prefix covers; nil where it is about others.
  fileprivate func matchedLength(_ name: String, host: String) -> Int? {
    if prefix.hasPrefix("*.") {
      let bare = host.prefix { $0 != ":" }
      return bare.hasSuffix(prefix.dropFirst()) && bare.count >= prefix.count ? host.count : nil
    }
    let prefix = normalizedPrefix
    guard name.hasPrefix(prefix) else { return nil }
    let next = name.dropFirst(prefix.count).first
    return next == nil || next == "/" ? prefix.count : nil
  }

  /// With the one name that Docker Hub has in references.
  private var normalizedPrefix: String {
    let host = prefix.prefix { $0 != "/" }
    guard let registry = try? RegistryName(parsing: String(host)) else { return prefix }
    return registry.description + prefix.dropFirst(host.count)
  }

  fileprivate func endpoint(
    _ text: String, role: PullEndpoint.Role, line: Int
  ) throws(ConfigurationError) -> PullEndpoint {
    let host = text.prefix { $0 != "/" }
    guard let registry = try? RegistryName(parsing: String(host)),
      let reference = try? ImageReference(registry: registry, repository: String(text.dropFirst(host.count + 1)))
    else {
      throw .malformed(
        path: path, place: TextPlace(line: line, column: 1), .invalidRepository(text))
    }
    return PullEndpoint(
      registry: registry, repository: reference.repository, role: role, provenance: .file(path: path, line: line))
  }
}

extension PullEndpoint {
  /// What configuration calls insecure: no certificate is checked, and plain HTTP does where there is no TLS.
  ///
  /// - Parameter provenance: where it is called so.
  mutating func allowInsecure(by provenance: Provenance) {
    scheme = .either
    skipsVerification = true
    insecurity = provenance
  }
}
