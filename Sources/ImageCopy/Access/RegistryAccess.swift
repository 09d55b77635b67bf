import HTTPAccess
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient

/// How registries are reached: the same for all images of one command.
public struct RegistryAccess: Sendable {
  /// Plain HTTP instead of HTTPS, as the user asked.
  public var usesPlainHTTP = false
  /// Do not check the certificates of the registries that are named.
  public var skipsVerification = false
  /// What a list of images says of single registries.
  package var listed: [RegistryName: ListedRegistry] = [:]
  /// Where the configuration of the machine and its user is: certificates of hosts, mirrors, and more.
  public var configuration = ConfigurationRoots.none {
    didSet { machine = ConfiguredEndpoints(configuration) }
  }
  /// What ``configuration`` says, read once for all that this value and its copies are asked.
  package private(set) var machine = ConfiguredEndpoints(.none)
  /// Mirrors of every image, before those of ``configuration``.
  public var mirrors: [MirrorName] = []
  /// Which proxies lead to which hosts.
  public var proxies = ProxyRules.none
  /// PEM files of further trusted certificates.
  public var authorityFiles: [String] = []
  /// Where to connect to instead of where the name system says.
  public var addressOverrides = AddressOverrides()
  /// Where connections may lead; nil for anywhere.
  package var addressRule: AddressRule?
  /// Where logins are looked up.
  public var credentials: any CredentialSource
  /// How long it is remembered that a login was refused, or an image not given, and what the places of logins said. Nil for as
  /// long as the access is used: a command ends soon, and a password that is wrong must not be sent twice in it.
  public var refusalLifetime: Duration? = .seconds(300)
  /// Asks the user for a login where none is found; nil where nobody can be asked.
  public var prompt: CredentialPrompt?
  /// Hosts of token services that may get a password, whatever registry names them.
  public var trustedRealmHosts: Set<String> = []
  /// The token service's address, whatever the registry announces.
  public var realm: String?
  /// Sign in to Harbor as its web page does, where its token service cannot be reached.
  public var usesHarborSession = false
  /// Fetch layers from the addresses in their descriptors where the registry does not have them.
  public var fetchesForeignLayers = false
  /// Connections to one registry at the same time.
  public var connections = 8
  /// Bytes that may come in a second, over all connections together; nil for no limit.
  public var bytesPerSecond: Int64?
  /// How long a server may send nothing.
  public var stallTimeout: Duration = .seconds(30)
  /// How long a connection may take to open.
  public var connectTimeout: Duration = .seconds(10)
  /// What requests say in `User-Agent`.
  public var userAgent = "dray"
  /// Hears of every request; nil where nobody listens.
  public var observeRequest: RequestObserver?

  public init(credentials: any CredentialSource) {
    self.credentials = credentials
  }

  /// Follows what is set up on the machine: certificates of hosts, mirrors and the rest.
  public mutating func use(_ roots: ConfigurationRoots) {
    configuration = roots
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
