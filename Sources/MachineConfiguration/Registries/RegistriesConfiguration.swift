import FileAccess
import ImageModel
import SystemPackage

/// What podman's and skopeo's `registries.conf` (containers-registries.conf(5)) and the files beside it say. Its version 1,
/// `[registries.search]` and the like, is read as they read it.
struct RegistriesConfiguration: Sendable {
  struct Registry: Sendable {
    /// The names that this is about: `host[:port][/path]`, or `*.host` for all hosts below it.
    let prefix: String
    /// What stands in the prefix's place; empty for a wildcard that rewrites nothing.
    let location: String
    /// Where it is called insecure; nil where it is not.
    let insecureLine: Int?
    let isBlocked: Bool
    let mirrors: [Mirror]
    let path: String
    let line: Int
    let locationLine: Int
  }

  struct Mirror: Sendable {
    enum Use: Sendable {
      case all, digestOnly, tagOnly
    }

    let location: String
    let insecureLine: Int?
    let use: Use
    let line: Int
  }

  /// A text, and where it stands.
  struct Located: Sendable {
    let text: String
    let path: String
    let line: Int
  }

  private(set) var registries: [Registry] = []
  /// The registry of names that name none.
  private(set) var searchRegistries: [Located] = []
  private(set) var aliases: [String: Located] = [:]
  /// What cannot be followed.
  private(set) var faults: [ConfigurationFault] = []

  /// Reads the user's `registries.conf`, or else the machine's, and then the files of `registries.conf.d`, in the order of
  /// their names, the user's last. Later files replace what earlier ones say about the same prefix or name.
  ///
  /// - Throws: ``ConfigurationError``.
  init(_ roots: ConfigurationRoots) throws(ConfigurationError) {
    let parents = [roots.system, roots.user].compactMap { $0.map { "\($0)/containers" } }
    let named = roots["CONTAINERS_REGISTRIES_CONF"] ?? roots["REGISTRIES_CONFIG_PATH"]
    let main = named.map { [$0] } ?? parents.reversed().map { "\($0)/registries.conf" }
    for path in main {
      guard let file = try ConfigurationFile.table(of: path) else { continue }
      if let old = try file.table("registries") { try addFirstVersion(old, of: file) } else { try add(file) }
      break
    }
    if let named, !FileLook.isFile(named) {
      throw .unreadable(path: named, detail: Errno.noSuchFileOrDirectory.description)
    }
    for parent in parents {
      for name in FileLook.names(in: "\(parent)/registries.conf.d") where name.hasSuffix(".conf") {
        guard let file = try ConfigurationFile.table(of: "\(parent)/registries.conf.d/\(name)") else { continue }
        if file.table["registries"] != nil {
          throw file.fault("registries", .version1InFolder)
        }
        try add(file)
      }
    }
  }

  private mutating func add(_ file: TOMLSetting) throws(ConfigurationError) {
    attempt(.shortNames) { configuration throws(ConfigurationError) in
      guard let list = try file.strings("unqualified-search-registries") else { return }
      configuration.setSearch(list, file, "unqualified-search-registries")
    }
    for table in try file.tables("registry") {
      // Names that nobody can read may be anybody's.
      let names = [try? table.string("prefix"), try? table.string("location")].compactMap(\.self)
      let isReadable = names.contains { (try? RegistryName(parsing: ConfigurationFault.host(of: $0))) != nil }
      guard isReadable else {
        put(try Self.registry(table))
        continue
      }
      attempt(.names(names)) { configuration throws(ConfigurationError) in
        configuration.put(try Self.registry(table))
      }
    }
    attempt(.shortNames) { configuration throws(ConfigurationError) in
      guard let table = try file.table("aliases") else { return }
      for entry in table.table.entries {
        configuration.attempt(.alias(entry.key)) { configuration throws(ConfigurationError) in
          let value = try table.string(entry.key) ?? ""
          // An empty value takes an earlier one back.
          configuration.aliases[entry.key] =
            value.isEmpty ? nil : Located(text: value, path: file.path, line: entry.line)
        }
      }
    }
  }

  /// `[registries.search]`, `[registries.insecure]` and `[registries.block]`, each with a list of `registries`.
  private mutating func addFirstVersion(_ old: TOMLSetting, of file: TOMLSetting) throws(ConfigurationError) {
    for key in ["unqualified-search-registries", "registry"] where file.table[key] != nil {
      throw .mixedForms(path: file.path, line: file.line(of: key))
    }
    attempt(.shortNames) { configuration throws(ConfigurationError) in
      guard let search = try old.table("search"), let list = try search.strings("registries") else { return }
      configuration.setSearch(list, search, "registries")
    }
    var entries: [String: Registry] = [:]
    for (key, isBlocked) in [("block", true), ("insecure", false)] {
      guard let table = try old.table(key) else { continue }
      let line = table.line(of: "registries")
      for text in try table.strings("registries") ?? [] {
        let name = Self.withoutSlash(text)
        guard Self.isName(name) else {
          let error = table.fault("registries", .invalidRegistry(text))
          faults.append(ConfigurationFault(error: error, scope: .names([text])))
          continue
        }
        let wasBlocked = entries[name]?.isBlocked ?? false
        entries[name] = Registry(
          prefix: name, location: name, insecureLine: isBlocked ? nil : line, isBlocked: isBlocked || wasBlocked,
          mirrors: [], path: file.path, line: wasBlocked ? entries[name]?.line ?? line : line, locationLine: line)
      }
    }
    for (_, entry) in entries { put(entry) }
  }

  private mutating func setSearch(_ list: [String], _ table: TOMLSetting, _ key: String) {
    searchRegistries = list.map {
      Located(text: Self.withoutSlash($0), path: table.path, line: table.line(of: key))
    }
  }

  private mutating func put(_ registry: Registry) {
    registries.removeAll { $0.prefix == registry.prefix }
    registries.append(registry)
  }

  /// Reads something; where it cannot be followed, that is kept as a fault.
  private mutating func attempt(
    _ scope: ConfigurationFault.Scope, _ read: (inout Self) throws(ConfigurationError) -> Void
  ) {
    do { try read(&self) } catch { faults.append(ConfigurationFault(error: error, scope: scope)) }
  }

  private static func registry(_ table: TOMLSetting) throws(ConfigurationError) -> Registry {
    let location = withoutSlash(try table.string("location") ?? "")
    let prefix = withoutSlash(try table.string("prefix") ?? location)
    guard !prefix.isEmpty else { throw table.fault("prefix", .missingPrefix) }
    let isWildcard = prefix.hasPrefix("*.")
    guard isWildcard ? !prefix.contains("/") : isName(prefix) else {
      throw table.fault(
        table.table["prefix"] == nil ? "location" : "prefix", .invalidPrefix(prefix))
    }
    let place = location.isEmpty && !isWildcard ? prefix : location
    guard place.isEmpty || isName(place) else { throw table.fault("location", .invalidLocation(place)) }
    let isDigestOnly = try table.flag("mirror-by-digest-only")
    var mirrors: [Mirror] = []
    for mirror in try table.tables("mirror") { mirrors.append(try Self.mirror(mirror, isDigestOnly: isDigestOnly)) }
    return Registry(
      prefix: prefix, location: place, insecureLine: try insecureLine(table), isBlocked: try table.flag("blocked"),
      mirrors: mirrors, path: table.path, line: table.line, locationLine: table.line(of: "location"))
  }

  private static func mirror(_ table: TOMLSetting, isDigestOnly: Bool) throws(ConfigurationError) -> Mirror {
    let location = withoutSlash(try table.string("location") ?? "")
    guard isName(location) else { throw table.fault("location", .missingLocation) }
    let use: Mirror.Use
    switch try table.string("pull-from-mirror") {
    case nil: use = isDigestOnly ? .digestOnly : .all
    case "", "all": use = .all
    case "digest-only": use = .digestOnly
    case "tag-only": use = .tagOnly
    case .some:
      throw table.fault("pull-from-mirror", .expected(key: "pull-from-mirror", .mirrorUse))
    }
    return Mirror(
      location: location, insecureLine: try insecureLine(table), use: use, line: table.line(of: "location"))
  }

  private static func insecureLine(_ table: TOMLSetting) throws(ConfigurationError) -> Int? {
    try table.flag("insecure") ? table.line(of: "insecure") : nil
  }

  private static func withoutSlash(_ text: String) -> String {
    text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// `host[:port][/path]`, and nothing that is an address of another kind.
  private static func isName(_ text: String) -> Bool {
    let host = text.prefix { $0 != "/" }
    guard (try? RegistryName(parsing: String(host))) != nil else { return false }
    return text.utf8.count <= 512 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains("//")
  }
}
