import ImageModel

extension PullSettings {
  /// The longest stall that is waited for, in seconds: a day.
  private static let longestStall = 86_400
  private static let mostConnections = 256

  /// Reads and checks the options.
  ///
  /// - Throws: ``UsageError``; `CancellationError` from the question for a password.
  init(_ options: PullOptions, in context: CommandContext) async throws {
    self.init()
    try readOutput(options, context)
    if let text = options.platform { platform = try Self.platform(text) }
    if let text = options.imageName { imageName = try Self.imageName(text, of: options.references) }
    usesPlainHTTP = options.plainHTTP
    skipsVerification = options.skipsVerification
    authorityFiles = options.authorityFiles
    for text in options.addresses {
      let address = try HostAddress(parsing: text)
      addresses[address.host] = address.address
    }
    usesHarborSession = options.usesHarborSession
    trustedRealmHosts = try Set(options.trustedRealmHosts.map(Self.host))
    if let text = options.tokenRealm { tokenRealm = try Self.address(text) }
    fetchesForeignLayers = options.fetchesForeignLayers
    connections = try Self.number(options.connections, "--connections", 1...Self.mostConnections) ?? connections
    let seconds = try Self.number(options.stallTimeout, "--stall-timeout", 1...Self.longestStall)
    stallTimeout = seconds.map { .seconds($0) } ?? stallTimeout
    restarts = options.restart
    doesNotWait = options.doesNotWait
    isVerbose = options.verbose
    // Last: a person is asked for a password only when all else is right.
    credentials = try await Self.credentials(options, context)
  }

  private mutating func readOutput(_ options: PullOptions, _ context: CommandContext) throws(UsageError) {
    guard !options.references.isEmpty else { throw .noReference }
    guard !(options.quiet && options.json) else { throw .quietAndJSON }
    guard let output = options.output else { return }
    guard !output.isEmpty else { throw .emptyOutput }
    destination = Destination(argument: output)
    let isOne = options.references.count == 1
    switch destination {
    case .folder: break
    case .file(let path): guard isOne else { throw .severalIntoOneFile(path) }
    case .standardOutput:
      guard isOne else { throw .severalToStandardOutput }
      guard !context.output.isTerminal else { throw .archiveToTerminal }
    }
  }

  private static func platform(_ text: String) throws(UsageError) -> Platform {
    do { return try Platform(parsing: text) } catch { throw .platform(text) }
  }

  private static func imageName(_ text: String, of references: [String]) throws(UsageError) -> ImageReference {
    guard references.count == 1 else { throw .oneNameForSeveral }
    let name: ImageReference
    do { name = try ImageReference(parsing: text) } catch { throw .imageName(error) }
    guard name.digest == nil else { throw .imageNameWithDigest(text) }
    return name
  }

  private static func number(
    _ text: String?, _ option: String, _ range: ClosedRange<Int>
  ) throws(UsageError) -> Int? {
    guard let text else { return nil }
    guard text.utf8.count <= 9, let number = Int(text), range.contains(number) else {
      throw .number(option: option, text, range)
    }
    return number
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

  private static func credentials(_ options: PullOptions, _ context: CommandContext) async throws -> Credentials? {
    guard let username = options.username else {
      if options.readsPassword { throw UsageError.passwordWithoutName }
      return nil
    }
    guard !username.isEmpty, !username.contains(":") else { throw UsageError.username(username) }
    if options.readsPassword {
      return Credentials(username: username, password: try await Self.passwordFromInput(context.input))
    }
    guard context.isInteractive else { throw UsageError.nameWithoutPassword }
    guard let password = try await Questions(context).password(for: username, at: nil), !password.isEmpty else {
      throw UsageError.emptyPassword
    }
    return Credentials(username: username, password: password)
  }

  /// All of standard input without the newline at its end, which `echo` and editors add.
  private static func passwordFromInput(_ input: StandardInput) async throws -> String {
    var bytes = try await input.all()
    guard bytes.count <= StandardInput.limit else { throw UsageError.passwordTooLong(limit: StandardInput.limit) }
    if bytes.last == UInt8(ascii: "\n") {
      bytes.removeLast()
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    }
    guard !bytes.isEmpty else { throw UsageError.emptyPassword }
    guard let password = String(validating: bytes, as: UTF8.self) else { throw UsageError.passwordNotText }
    return password
  }
}
