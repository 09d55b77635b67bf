import ImageModel

/// A fault in configuration, and what it is about: whoever asks for something else is not kept from it.
struct ConfigurationFault: Sendable {
  enum Scope: Sendable {
    /// Registries by names or prefixes of names, as far as they could be read.
    case names([String])
    case shortNames
    case alias(String)
    case dockerHub
    /// What is only missed where a registry needs it, and then fails by itself.
    case leniency
  }

  let error: ConfigurationError
  let scope: Scope

  func concerns(_ reference: ImageReference) -> Bool {
    switch scope {
    case .names(let names): names.contains { Self.host($0, covers: reference.registry) }
    case .dockerHub: reference.registry.isDockerHub
    case .shortNames, .alias, .leniency: false
    }
  }

  func concerns(shortName: String) -> Bool {
    switch scope {
    case .shortNames: true
    case .alias(let name): name == shortName
    case .names, .dockerHub, .leniency: false
    }
  }

  /// The part of a name or an address that is a registry's.
  static func host(of text: String) -> String {
    String(PullEndpoint.Scheme.split(text).1.prefix { $0 != "/" })
  }

  private static func host(_ text: String, covers registry: RegistryName) -> Bool {
    let name = host(of: text)
    if name.hasPrefix("*.") { return registry.host.hasSuffix(name.dropFirst()) }
    return (try? RegistryName(parsing: name)) == registry
  }
}
