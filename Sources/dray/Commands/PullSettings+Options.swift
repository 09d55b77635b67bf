import ImageModel
import ImageTransfer
import RegistryClient

extension PullSettings {
  /// The longest stall that is waited for, in seconds: a day.
  private static let longestStall = 86_400
  private static let mostConnections = 256

  /// Reads and checks the options.
  ///
  /// - Throws: ``UsageError``; `CancellationError` from the question for a password.
  init(_ options: PullOptions, in context: CommandContext) async throws {
    self.init(access: context.access)
    try readOutput(options, context)
    if let text = options.platform { platform = try Self.platform(text) }
    if let text = options.imageName { imageName = try Self.imageName(text, of: options.references) }
    try readReuse(options)
    restarts = options.restart
    waits = !options.doesNotWait
    try readAccess(options)
    // Last: a person is asked for a password only when all else is right.
    credential = try await Self.credential(options, context)
  }

  private mutating func readAccess(_ options: PullOptions) throws(UsageError) {
    access.usesPlainHTTP = options.plainHTTP
    access.skipsVerification = options.skipsVerification
    access.authorityFiles = options.authorityFiles
    for text in options.addresses {
      try HostAddress(parsing: text).apply(to: &access.addressOverrides)
    }
    try options.network.apply(to: &access)
    access.usesHarborSession = options.usesHarborSession
    for text in options.trustedRealmHosts { access.trustedRealmHosts.insert(try Self.host(text)) }
    if let text = options.tokenRealm { access.realm = try Self.address(text) }
    access.fetchesForeignLayers = options.fetchesForeignLayers
    if let number = try Self.number(options.connections, "--connections", 1...Self.mostConnections) {
      access.connections = number
    }
    if let number = try Self.number(options.stallTimeout, "--stall-timeout", 1...Self.longestStall) {
      access.stallTimeout = .seconds(number)
    }
  }

  private mutating func readOutput(_ options: PullOptions, _ context: CommandContext) throws(UsageError) {
    guard !options.references.isEmpty else { throw .noReference }
    guard !(options.quiet && options.json) else { throw .quietAndJSON }
    format =
      options.json ? .json : .text(detail: options.quiet ? .quiet : options.verbose ? .verbose : .normal)
    guard let path = options.output else { return }
    guard !path.isEmpty else { throw .emptyOutput }
    output = PullRequest.Output(argument: path)
    let isOne = options.references.count == 1
    switch output {
    case .directory: break
    case .file(let path): guard isOne else { throw .severalIntoOneFile(path) }
    case .standardOutput:
      guard isOne else { throw .severalToStandardOutput }
      guard !context.output.isTerminal else { throw .archiveToTerminal }
    }
  }

  private mutating func readReuse(_ options: PullOptions) throws(UsageError) {
    guard options.reusedPaths.isEmpty || !options.reusesNothing else { throw .reuseAndNoReuse }
    guard !options.reusedPaths.contains("") else { throw .emptyReuse }
    reusedPaths = options.reusedPaths
    reusesSiblings = !options.reusesNothing
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

  static func number(
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

  private static func credential(_ options: PullOptions, _ context: CommandContext) async throws -> FoundCredential? {
    guard let username = options.username else {
      if options.readsPassword { throw UsageError.passwordWithoutName }
      return nil
    }
    guard !username.isEmpty, !username.contains(":") else { throw UsageError.username(username) }
    if options.readsPassword {
      let password = try await Self.passwordFromInput(context.input)
      return FoundCredential(.password(username: username, password: password), from: .commandLine)
    }
    guard context.isInteractive else { throw UsageError.nameWithoutPassword }
    guard let password = try await Questions(context).password(for: username, at: nil), !password.isEmpty else {
      throw UsageError.emptyPassword
    }
    return FoundCredential(.password(username: username, password: password), from: .prompt)
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
