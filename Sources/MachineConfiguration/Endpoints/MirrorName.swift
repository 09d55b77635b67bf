import ImageModel

/// A mirror as the command line names it: `[http://|https://]HOST[:PORT][/PREFIX]`. It has every repository under its
/// own name, behind the prefix.
public struct MirrorName: Sendable, Hashable {
  public let registry: RegistryName
  public let scheme: PullEndpoint.Scheme
  /// What stands before the repository's name, without slashes around it; nil for nothing.
  public let prefix: String?

  public init?(parsing text: String) {
    let (scheme, address) = PullEndpoint.Scheme.split(text)
    let rest = address.hasSuffix("/") ? address.dropLast() : address
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    guard slash > rest.startIndex, let registry = try? RegistryName(parsing: String(rest[..<slash])) else { return nil }
    let path = rest[slash...].dropFirst()
    guard slash == rest.endIndex || (try? ImageReference(registry: registry, repository: String(path))) != nil else {
      return nil
    }
    self.registry = registry
    self.scheme = scheme
    prefix = path.isEmpty ? nil : String(path)
  }

  /// Where an image is asked for at this mirror.
  public func endpoint(for reference: ImageReference) -> PullEndpoint {
    var endpoint = PullEndpoint(
      registry: registry, repository: (prefix.map { "\($0)/" } ?? "") + reference.repository, role: .mirror,
      provenance: .option("--mirror"))
    endpoint.scheme = scheme
    return endpoint
  }
}
