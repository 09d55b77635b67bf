import ImageModel

/// Which registries the server asks for others.
public struct UpstreamRule: Sendable, Hashable {
  /// In the order in which the operator named them.
  public let registries: [RegistryName]
  /// Every registry of the open internet besides.
  public let isOpen: Bool

  public init(_ registries: [RegistryName], isOpen: Bool = false) {
    self.registries = registries
    self.isOpen = isOpen
  }

  /// Whether there is a registry that may be asked.
  public var isEmpty: Bool { registries.isEmpty && !isOpen }

  public func allows(_ registry: RegistryName) -> Bool { isOpen || registries.contains(registry) }

  /// What a registry in the path of a name means: such a name has no room for a second port, so the only one that was named of
  /// this host is meant.
  func registry(inPath registry: RegistryName) -> RegistryName {
    let sameHost = registries.filter { $0.host == registry.host }
    return sameHost.contains(registry) || sameHost.count != 1 ? registry : sameHost[0]
  }
}
