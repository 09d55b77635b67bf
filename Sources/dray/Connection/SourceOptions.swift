import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// How registries are reached that images are copied from, where that differs from the way to the target.
struct SourceOptions: ParsableArguments {
  @Option(name: .customLong("source-username"), help: .init(CopyHelp.sourceUsername, valueName: "name"))
  var username: String?

  @Flag(name: .customLong("source-password-stdin"), help: .init(CopyHelp.sourcePassword))
  var readsPassword = false

  @Flag(name: .customLong("source-plain-http"), help: .init(CopyHelp.sourcePlainHTTP))
  var plainHTTP = false

  @Flag(name: .customLong("source-insecure-skip-tls-verify"), help: .init(CopyHelp.sourceSkipVerification))
  var skipsVerification = false

  /// - Throws: ``PushOptionError``.
  func check(_ target: ConnectionOptions) throws(PushOptionError) {
    guard !(readsPassword && target.readsPassword) else { throw .twoPasswords }
  }

  /// The image that a source's name means, as for a pull.
  ///
  /// - Throws: as `ConnectionSettings.reference(finding:)`.
  func reference(finding text: String, _ settings: ConnectionSettings) async throws -> ImageReference {
    var settings = settings
    settings.access.usesPlainHTTP = plainHTTP
    settings.access.skipsVerification = skipsVerification
    return try await settings.reference(finding: text, hasLogin: username != nil || readsPassword)
  }

  /// The same where registries are sources alone: what is said of a target is said of them.
  ///
  /// - Throws: as `ConnectionSettings.reference(finding:)`.
  func reference(finding text: String, alone settings: ConnectionSettings) async throws -> ImageReference {
    let hasLogin = username != nil || readsPassword || settings.credential != nil
    return try await merged(with: settings).reference(finding: text, hasLogin: hasLogin)
  }

  /// The way to the sources where no registry is the target.
  ///
  /// - Throws: ``PushOptionError``; ``UsageError``; `CancellationError` from the question for a password.
  func access(
    alone sources: [ImageOrigin], _ settings: ConnectionSettings, in context: CommandContext
  ) async throws -> RegistryAccess {
    let registries = Set(sources.compactMap(\.registry))
    return try await access(to: registries, targets: registries, merged(with: settings), in: context)
  }

  private func merged(with settings: ConnectionSettings) -> ConnectionSettings {
    var settings = settings
    settings.access.usesPlainHTTP = plainHTTP || settings.access.usesPlainHTTP
    settings.access.skipsVerification = skipsVerification || settings.access.skipsVerification
    return settings
  }

  /// The way to the sources. A login of the command line for the target is for that registry alone, and so is what is said of
  /// plain HTTP and certificates.
  ///
  /// - Throws: ``PushOptionError``; ``UsageError``; `CancellationError` from the question for a password.
  func access(
    to sources: [ImageOrigin], target: RegistryName, _ settings: ConnectionSettings, in context: CommandContext
  ) async throws -> RegistryAccess {
    try await access(to: Set(sources.compactMap(\.registry)), targets: [target], settings, in: context)
  }

  /// The same for the registries of the sources.
  func access(
    to registries: Set<RegistryName>, targets: Set<RegistryName>, _ settings: ConnectionSettings,
    in context: CommandContext
  ) async throws -> RegistryAccess {
    var settings = settings
    let isSame = registries == targets
    settings.access.usesPlainHTTP = plainHTTP || isSame && settings.access.usesPlainHTTP
    settings.access.skipsVerification = skipsVerification || isSame && settings.access.skipsVerification
    guard username != nil || readsPassword else { return settings.access(for: Array(targets)) }
    guard registries.count < 2 else { throw PushOptionError.severalSourceRegistries }
    settings.credential = try await CommandLineCredential.read(username, readsPassword: readsPassword, in: context)
    return settings.access(for: Array(registries))
  }
}
