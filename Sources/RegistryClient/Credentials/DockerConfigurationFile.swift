import FoundationEssentials
import ImageModel
import SystemPackage

/// What `docker login` and `podman login` stored: `config.json` or `auth.json` (containers-auth.json(5)).
public struct DockerConfigurationFile: CredentialSource {
  static let sizeLimit = 8 << 20

  private let path: String

  public init(path: String) {
    self.path = path
  }

  /// Docker's own: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`.
  public init?(environment: [String: String]) {
    if let folder = environment["DOCKER_CONFIG"], !folder.isEmpty {
      path = folder + "/config.json"
    } else if let home = environment["HOME"], !home.isEmpty {
      path = home + "/.docker/config.json"
    } else {
      return nil
    }
  }

  private struct Content: Decodable {
    struct Entry: Decodable {
      var auth: String?
      var username: String?
      var password: String?
      var identitytoken: String?
      var registrytoken: String?
    }
    var auths: [String: Entry]?
    var credHelpers: [String: String]?
    var credsStore: String?
  }

  public func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    guard let content = try content() else { return nil }
    let keys = RegistryKeys(query)
    for key in keys.exact {
      if let name = content.credHelpers?[key] {
        return try await CredentialHelper(name: name, path: path).get(key)
      }
    }
    if let name = content.credsStore, !name.isEmpty {
      let helper = try CredentialHelper(name: name, path: path)
      return try await helper.get(keys.storeKey)
    }
    return try stored(content.auths ?? [:], keys: keys)
  }

  private func content() throws -> Content? {
    let bytes: [UInt8]
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      bytes = try file.closeAfter { try Self.read(file) }
    } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
      return nil
    } catch let error as Errno {
      throw CredentialError.unreadableFile(path: path, detail: error.description)
    }
    guard bytes.contains(where: { $0 > 0x20 }) else { return nil }
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else {
      throw CredentialError.malformedFile(path: path)
    }
    return content
  }

  private static func read(_ file: FileDescriptor) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= sizeLimit {
      let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
    }
    throw Errno.fileTooLarge
  }

  private func stored(_ entries: [String: Content.Entry], keys: RegistryKeys) throws -> FoundCredential? {
    let normalized = Dictionary(entries.map { (RegistryKeys.normalize($0.key), $0.value) }) { first, _ in first }
    for key in keys.all {
      guard let entry = entries[key] ?? normalized[key], let credential = try credential(entry) else { continue }
      return FoundCredential(credential, from: .file(path: path))
    }
    return nil
  }

  private func credential(_ entry: Content.Entry) throws -> Credential? {
    if let token = entry.registrytoken, !token.isEmpty { return .registryToken(token) }
    if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
    if let auth = entry.auth, !auth.isEmpty {
      guard let data = Data(base64Encoded: auth), let text = String(validating: data, as: UTF8.self),
        let colon = text.firstIndex(of: ":")
      else { throw CredentialError.malformedFile(path: path) }
      let password = text[text.index(after: colon)...].prefix { $0 != "\0" }
      return .password(username: String(text[..<colon]), password: String(password))
    }
    guard let username = entry.username, let password = entry.password, !username.isEmpty else { return nil }
    return .password(username: username, password: password)
  }
}

/// The keys under which a registry's entry may stand, best first. Hosts match as a whole, never by a prefix or suffix;
/// paths may be a prefix of the repository's, whole segments of it.
struct RegistryKeys: Sendable {
  /// Keys that name exactly the registry.
  let exact: [String]
  /// Keys with the repository's path, longest first, and then the exact ones.
  let all: [String]
  /// The key that Docker uses towards a credential store.
  let storeKey: String

  init(_ query: CredentialQuery) {
    let isDockerHub = query.registry == "docker.io"
    let hub = "https://index.docker.io/v1/"
    exact = isDockerHub ? [hub, "index.docker.io", "docker.io", "registry-1.docker.io"] : [query.registry]
    storeKey = isDockerHub ? hub : query.registry
    var paths: [String] = []
    var segments = query.repository.split(separator: "/")
    while !segments.isEmpty {
      paths.append("\(query.registry)/\(segments.joined(separator: "/"))")
      segments.removeLast()
    }
    all = paths + exact
  }

  /// An old key, with its scheme and API path, as the host that it means.
  static func normalize(_ key: String) -> String {
    for scheme in ["https://", "http://"] where key.hasPrefix(scheme) {
      let rest = key.dropFirst(scheme.count)
      let host = rest.prefix { $0 != "/" }
      let path = rest.dropFirst(host.count)
      return ["", "/", "/v1", "/v1/", "/v2", "/v2/"].contains(path) ? String(host) : String(rest)
    }
    return key
  }
}
