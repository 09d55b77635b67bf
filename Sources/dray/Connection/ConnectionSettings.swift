import DrayMessages
import HTTPAccess
import ImageCopy
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient

/// How a command reaches the registries that it names: what its ``ConnectionOptions`` ask for, checked.
struct ConnectionSettings: Sendable {
  /// Without credentials: see ``access(for:)``.
  var access: RegistryAccess
  /// Name and password of the command line.
  var credential: FoundCredential?
  /// The file of credentials that the command line names.
  var authFile: String?
  private let environment: CredentialEnvironment
  /// Where requests are told of; nil where nobody wants to know.
  private(set) var log: RequestLog?

  /// The longest time to connect that is waited for, in seconds: an hour.
  private static let longestConnect = 3_600
  /// The longest stall that is waited for, in seconds: a day.
  private static let longestStall = 86_400

  /// Nothing but what holds without options.
  init(in context: CommandContext) {
    access = context.access
    access.login.refusalLifetime = nil
    environment = context.credentials
  }

  /// Reads and checks the options. A command does this last: a person is asked for a password only when all else is
  /// right.
  ///
  /// - Throws: ``UsageError``; `CancellationError` from the question for a password.
  init(_ options: ConnectionOptions, in context: CommandContext) async throws {
    self.init(in: context)
    access.usesPlainHTTP = options.plainHTTP
    access.skipsVerification = options.skipsVerification
    access.network.trust.authorityFiles = options.authorityFiles
    for text in options.addresses {
      try HostAddress(parsing: text).apply(to: &access.network.addressOverrides)
    }
    if let text = options.proxy { try useProxy(text) }
    if let number = try OptionNumber.read(options.connectTimeout, "--connect-timeout", 1...Self.longestConnect) {
      access.network.connectTimeout = .seconds(number)
    }
    for text in options.mirrors {
      guard let mirror = MirrorName(parsing: text) else { throw UsageError.mirror(text) }
      access.mirrors.append(mirror)
    }
    if options.ignoresConfiguration { access.use(.none) }
    access.login.usesHarborSession = options.usesHarborSession
    for text in options.trustedRealmHosts { access.login.trustedRealmHosts.insert(try Self.host(text)) }
    if let text = options.tokenRealm { access.login.realm = try Self.address(text) }
    if let seconds = try OptionNumber.read(options.stallTimeout, "--stall-timeout", 1...Self.longestStall) {
      access.network.stallTimeout = .seconds(seconds)
    }
    authFile = options.authFile
    if options.isDetailed {
      let log = RequestLog(context, showsFields: options.debug)
      access.network.observeRequest = { log.observe($0) }
      self.log = log
    }
    credential = try await CommandLineCredential.read(
      options.username, readsPassword: options.readsPassword, in: context)
  }

  private mutating func useProxy(_ text: String) throws(UsageError) {
    if text == "none" { return access.network.proxies.useNone() }
    // Never the text itself: it may hold a password.
    guard let proxy = Proxy(parsing: text, source: .commandLine) else { throw .proxy }
    access.network.proxies.use(proxy)
  }

  /// What a name means, which registries are asked about where it may mean several.
  ///
  /// - Parameter hasLogin: whether the command line has a login for the image that is found; nil where that is ``credential``.
  /// - Throws: as `RegistryAccess.first(of:text:hasLogin:)`; `ImageReferenceError`.
  func reference(finding text: String, hasLogin: Bool? = nil) async throws -> ImageReference {
    try await access(for: []).reference(finding: text, hasLogin: hasLogin ?? (credential != nil))
  }

  /// The same for a pattern of names.
  ///
  /// - Throws: as `RegistryAccess.first(of:text:hasLogin:)`; `ImageReferenceError`.
  func pattern(finding text: String) async throws -> ImagePattern {
    try await access(for: []).pattern(finding: text, hasLogin: credential != nil)
  }

  /// How these registries are reached.
  ///
  /// A password of the command line or of `DRAY_PASSWORD` is for the registries that the command line names, and for
  /// no other.
  func access(for registries: [RegistryName]) -> RegistryAccess {
    var access = access
    access.login.credentials = CredentialChain.standard(
      commandLine: credential, registries: Set(registries.map(\.description)), authFile: authFile,
      environment: environment)
    return access
  }

  /// A host, and a port where it has one: what `--trust-realm` names.
  private static func host(_ text: String) throws(UsageError) -> String {
    do { return try RegistryName(parsing: text).description } catch { throw .host(option: "--trust-realm", text) }
  }

  private static func address(_ text: String) throws(UsageError) -> String {
    let lowered = text.lowercased()
    let isAddress = lowered.hasPrefix("https://") || lowered.hasPrefix("http://")
    guard isAddress, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .tokenRealm(text) }
    return text
  }
}
