import HTTPAccess
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient

/// How registries are reached: the same for all images of one command.
public struct RegistryAccess: Sendable {
  /// How requests go there.
  public var network = TransportSettings()
  /// Who asks.
  public var login: LoginSettings
  /// What is set up on the machine and by its user: mirrors, short names and more. See ``use(_:)``.
  package private(set) var machine = ConfiguredEndpoints(.none)
  /// Mirrors of every image, before those that are set up on the machine.
  public var mirrors: [MirrorName] = []
  /// What a list of images says of single registries.
  package var listed: [RegistryName: ListedRegistry] = [:]
  /// Plain HTTP instead of HTTPS, as the user asked.
  public var usesPlainHTTP = false
  /// Do not check the certificates of the registries that are named.
  public var skipsVerification = false
  /// Fetch layers from the addresses in their descriptors where the registry does not have them.
  public var fetchesForeignLayers = false

  /// What answers instead of registries, without a connection; nil to ask them.
  package var standIn: (@Sendable (RegistryName) -> any HTTPTransport)?

  public init(credentials: any CredentialSource) {
    login = LoginSettings(credentials: credentials)
  }

  /// Follows what is set up on the machine: mirrors, certificates of hosts and the rest.
  public mutating func use(_ roots: ConfigurationRoots) {
    machine = ConfiguredEndpoints(roots)
    network.trust.use(roots)
  }

  /// The places where an image can be asked for, best first, its origin last.
  ///
  /// - Parameter observe: told of faults in the configuration that do not concern the image, each once.
  /// - Throws: `ConfigurationError`.
  public func endpoints(
    for reference: ImageReference, observe: (PullWarning) -> Void
  ) throws -> [PullEndpoint] {
    mirrors.map { $0.endpoint(for: reference) }
      + (try machine.endpoints(for: reference) { observe(.passedOver($0)) })
  }
}
