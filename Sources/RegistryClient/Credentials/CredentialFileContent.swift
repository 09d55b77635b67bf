import FoundationEssentials
import ImageModel

/// What dray reads of `config.json` and `auth.json`.
package struct CredentialFileContent: Sendable {
  /// By what their keys mean, with the keys as the file has them.
  private let entries: [String: (key: String, entry: Entry)]
  private let helpers: [String: String]
  private let store: String?

  private struct Entry: Decodable {
    /// `username:password` in base64.
    var auth: String?
    var username: String?
    var password: String?
    var identitytoken: String?
    var registrytoken: String?

    /// Whether there is no login in it, right or wrong. Docker leaves `{}` where a helper keeps the login.
    var isEmpty: Bool {
      ![auth, username, identitytoken, registrytoken].contains { $0?.isEmpty == false }
    }
  }

  private struct Body: Decodable {
    var auths: [String: Entry?]?
    var credHelpers: [String: String?]?
    var credsStore: String?
  }

  package init?(parsing bytes: [UInt8]) {
    guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil,
      let body = try? JSONDecoder().decode(Body.self, from: Data(bytes))
    else { return nil }
    // Old keys come last, and `https` before `http`, so that a plain key of the same registry wins.
    let known = (body.auths ?? [:]).sorted { $0.key > $1.key }
    var entries: [String: (key: String, entry: Entry)] = [:]
    for case (let key, let entry?) in known { entries[key] = (key, entry) }
    for case (let key, let entry?) in known {
      let plain = CredentialKeys.plain(key)
      guard let better = entries[plain] else {
        entries[plain] = (key, entry)
        continue
      }
      // An entry without a login hides none under an older key.
      if better.entry.isEmpty, !entry.isEmpty { entries[plain] = (key, entry) }
    }
    self.entries = entries
    helpers = (body.credHelpers ?? [:]).compactMapValues { $0 }
    store = body.credsStore.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The helper for a registry, the name under which it knows the registry, and the setting that names it: the names of
  /// the members that lead there.
  func helper(_ keys: CredentialKeys) -> (name: String, server: String, setting: [String])? {
    for key in keys.hosts {
      // An empty name switches the common store off for this registry.
      if let name = helpers[key] { return name.isEmpty ? nil : (name, key, ["credHelpers", key]) }
    }
    return store.map { ($0, keys.storeKey, ["credsStore"]) }
  }

  /// Whether there is something under one of these keys, right or wrong.
  func holds(_ keys: [String]) -> Bool {
    keys.contains { entries[$0]?.entry.isEmpty == false }
  }

  /// The credential under the first of these keys that holds one.
  ///
  /// - Parameter path: the file's, for the error.
  func stored(under keys: [String], path: String) throws(CredentialError) -> FoundCredential? {
    for key in keys {
      guard let found = entries[key], let credential = try Self.credential(found.entry, path: path) else { continue }
      return FoundCredential(credential, from: .file(path: path, key: found.key))
    }
    return nil
  }

  private static func credential(_ entry: Entry, path: String) throws(CredentialError) -> Credential? {
    if let token = entry.registrytoken, !token.isEmpty { return .registryToken(token) }
    if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
    if let auth = entry.auth, !auth.isEmpty { return try password(auth, path: path) }
    guard let username = entry.username, let password = entry.password, !username.isEmpty else { return nil }
    return .password(username: username, password: password)
  }

  private static func password(_ auth: String, path: String) throws(CredentialError) -> Credential {
    guard let bytes = Base64.decode(auth), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let username = String(validating: bytes[..<colon], as: UTF8.self),
      // Docker once padded passwords with zero bytes.
      let password = String(validating: bytes[(colon + 1)...].prefix { $0 != 0 }, as: UTF8.self), !username.isEmpty
    else { throw .malformedFile(path: path) }
    return .password(username: username, password: password)
  }
}
