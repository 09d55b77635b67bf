import ImageModel
import Synchronization

/// What is set up on the machine for podman, containerd and docker, as far as it says where images come from.
/// `registries.conf` and `daemon.json` are read when they are first asked for, and not again: a copy of this value says
/// the same.
///
/// Of `registries.conf`, `hosts.toml` and `daemon.json` the first that says something about an image's registry is
/// followed, and the others are not.
public struct ConfiguredEndpoints: Sendable {
  private let roots: ConfigurationRoots
  private let registries: ReadOnce<RegistriesConfiguration>
  private let daemon: ReadOnce<DockerDaemonConfiguration>
  private let told = Told()

  private final class Told: Sendable {
    let faults = Mutex<Set<ConfigurationError>>([])
  }

  public init(_ roots: ConfigurationRoots) {
    self.roots = roots
    registries = ReadOnce { () throws(ConfigurationError) in try RegistriesConfiguration(roots) }
    daemon = ReadOnce { DockerDaemonConfiguration(roots) }
  }

  /// The places where an image can be asked for, best first, its origin last.
  ///
  /// - Parameter passOver: told of each fault that does not concern the image's registry, once.
  /// - Throws: ``ConfigurationError``.
  public func endpoints(
    for reference: ImageReference, passOver: (ConfigurationError) -> Void = { _ in }
  ) throws(ConfigurationError) -> [PullEndpoint] {
    let registries = try registries.value
    tell(registries.faults.filter { !$0.concerns(reference) }.map(\.error), passOver)
    if let found = try registries.endpoints(for: reference) { return found }
    if let hosts = try ContainerdHosts(roots, for: reference.registry) { return try hosts.endpoints(for: reference) }
    let daemon = try daemon.value
    tell(daemon.faults.filter { !$0.concerns(reference) }.map(\.error), passOver)
    return try daemon.endpoints(for: reference) ?? [.origin(of: reference)]
  }

  private func tell(_ faults: [ConfigurationError], _ passOver: (ConfigurationError) -> Void) {
    for fault in faults where told.faults.withLock({ $0.insert(fault).inserted }) { passOver(fault) }
  }

  /// A name that stands for a shorter one.
  public struct FullName: Sendable, Hashable {
    /// The name with its registry, and with the tag and the digest of the shorter one.
    public let text: String
    public let provenance: Provenance
  }

  /// What a name without a registry may mean by `registries.conf`: its alias, or the name in each of the
  /// `unqualified-search-registries`, in their order. Empty where the name has a registry, or the configuration says nothing:
  /// then it is one of Docker Hub.
  ///
  /// - Throws: ``ConfigurationError``.
  public func fullNames(of text: String) throws(ConfigurationError) -> [FullName] {
    guard !text.isEmpty, !ImageReference.namesRegistry(text) else { return [] }
    let configuration = try registries.value
    let end = text.firstIndex { $0 == ":" || $0 == "@" } ?? text.endIndex
    if let fault = configuration.faults.first(where: { $0.concerns(shortName: String(text[..<end])) }) {
      throw fault.error
    }
    if let alias = configuration.aliases[String(text[..<end])] {
      return [FullName(text: alias.text + text[end...], provenance: .file(path: alias.path, line: alias.line))]
    }
    return configuration.searchRegistries.map {
      FullName(text: "\($0.text)/\(text)", provenance: .file(path: $0.path, line: $0.line))
    }
  }
}
