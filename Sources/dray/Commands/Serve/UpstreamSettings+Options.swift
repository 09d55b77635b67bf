import DrayMessages
import ImageModel
import RegistryServer

extension UpstreamSettings {
  /// The size of a cache where no option says another, in bytes.
  private static let cacheSize: Int64 = 20 << 30
  /// A smaller cache would hold hardly an image.
  private static let leastCacheSize: Int64 = 1 << 20
  private static let mostDownloads = 10_000

  /// - Throws: ``UpstreamOptionError``; ``UsageError``.
  init(_ options: UpstreamOptions, _ connection: ConnectionSettings, in context: CommandContext) throws {
    var registries: [RegistryName] = []
    for text in options.registries where text != "*" {
      guard let registry = try? RegistryName(parsing: text) else { throw UpstreamOptionError.registry(text) }
      if !registries.contains(registry) { registries.append(registry) }
    }
    let rule = UpstreamRule(registries, isOpen: options.registries.contains("*"))
    let size = try options.cacheSize.map { text in
      guard let size = ByteSize.read(text), size >= Self.leastCacheSize else {
        throw UpstreamOptionError.cacheSize(text)
      }
      return size
    }
    self.init(rule, access: connection.access(for: registries)) { PageErrors.words($0, $1) }
    if let folder = options.cache {
      guard !folder.isEmpty else { throw UpstreamOptionError.emptyPath(option: "--cache") }
      guard !rule.isEmpty else { throw UpstreamOptionError.cacheWithoutUpstream }
      cache = (folder, size ?? Self.cacheSize)
    } else if size != nil {
      throw UpstreamOptionError.cacheSizeWithoutCache
    }
    pinFile = options.pinFile ?? StateFolder.path(context.environment).map { $0 + "/pins" }
    // What is on the disk is served all the same.
    canLackPins = rule.isEmpty && options.pinFile == nil
    if pinFile?.isEmpty == true { throw UpstreamOptionError.emptyPath(option: "--pin-file") }
    if let number = try OptionNumber.read(options.downloads, "--max-downloads", 1...Self.mostDownloads) {
      limits.downloads = number
    }
    if let number = try OptionNumber.read(
      options.downloadsPerClient, "--max-downloads-per-client", 1...Self.mostDownloads)
    {
      limits.downloadsPerClient = number
    }
  }
}

extension UpstreamParts {
  /// A login of this user's is for whoever sits at this machine, and for nobody else by chance.
  ///
  /// - Throws: ``UpstreamOptionError/loginLent``.
  func checkLogins(for server: ServerSettings) throws(UpstreamOptionError) {
    let isLocal = (try? RegistryName(parsing: server.host))?.isLoopback ?? (server.host == "::1")
    guard isLocal || !lendsLogin else { throw .loginLent }
  }
}
