import ImageModel

/// The address of a registry as configuration files have it: `[http://|https://]HOST[:PORT][/PATH]`.
struct ConfiguredAddress: Sendable, Hashable {
  let registry: RegistryName
  let scheme: PullEndpoint.Scheme
  /// From its first slash, without one at its end; empty for none.
  let path: String

  init?(parsing text: String) {
    let (scheme, rest) = PullEndpoint.Scheme.split(text)
    let host = rest.prefix { $0 != "/" }
    var path = rest.dropFirst(host.count)
    while path.hasSuffix("/") { path.removeLast() }
    guard let registry = try? RegistryName(parsing: String(host)),
      !path.utf8.contains(where: { "?#%".utf8.contains($0) }),
      path.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    self.registry = registry
    self.scheme = scheme
    self.path = String(path)
  }
}
