import HTTPAccess
import ImageModel
import MachineConfiguration

/// What dray reads of `config.json` and `auth.json`.
package struct CredentialFileContent: Sendable {
  /// By what their keys mean, with the keys as the file has them.
  private let entries: [String: (key: String, entry: Entry)]
  private let helpers: [String: String]
  private let store: String?
  private let json: ForeignJSON

  private struct Entry {
    /// `username:password` in base64.
    var auth: String?
    var username: String?
    var password: String?
    var identitytoken: String?
    var registrytoken: String?
    /// Whether something in it has another type than it should.
    var isFaulty = false

    init(_ tree: JSONTree) {
      guard case .object = tree else {
        isFaulty = true
        return
      }
      auth = text("auth", of: tree)
      username = text("username", of: tree)
      password = text("password", of: tree)
      identitytoken = text("identitytoken", of: tree)
      registrytoken = text("registrytoken", of: tree)
    }

    private mutating func text(_ name: String, of tree: JSONTree) -> String? {
      guard let value = tree.field(name), !value.isNull else { return nil }
      if value.text == nil { isFaulty = true }
      return value.text
    }

    /// Whether there is no login in it, right or wrong. Docker leaves `{}` where a helper keeps the login.
    var isEmpty: Bool {
      !isFaulty && ![auth, username, identitytoken, registrytoken].contains { $0?.isEmpty == false }
    }
  }

  package init(parsing bytes: [UInt8]) throws(ForeignJSON.Fault) {
    json = try ForeignJSON(bytes)
    guard case .object = json.tree else { throw json.fault([]) }
    var known: [(key: String, entry: Entry)] = []
    for member in try Self.members("auths", of: json) where !member.value.isNull {
      known.append((member.name, Entry(member.value)))
    }
    // Old keys come last, and `https` before `http`, so that a plain key of the same registry wins.
    known.sort { $0.key > $1.key }
    var entries: [String: (key: String, entry: Entry)] = [:]
    for (key, entry) in known { entries[key] = (key, entry) }
    for (key, entry) in known {
      let plain = CredentialKeys.plain(key)
      guard let better = entries[plain] else {
        entries[plain] = (key, entry)
        continue
      }
      // An entry without a login hides none under an older key.
      if better.entry.isEmpty, !entry.isEmpty { entries[plain] = (key, entry) }
    }
    self.entries = entries
    var helpers: [String: String] = [:]
    for member in try Self.members("credHelpers", of: json) where !member.value.isNull {
      guard let name = member.value.text else { throw json.fault(["credHelpers", member.name]) }
      helpers[member.name] = name
    }
    self.helpers = helpers
    let store = json.tree.field("credsStore") ?? .literal([])
    guard store.text != nil || store.isNull || store == .literal([]) else { throw json.fault(["credsStore"]) }
    self.store = store.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func members(_ name: String, of json: ForeignJSON) throws(ForeignJSON.Fault) -> [JSONTree.Member] {
    guard let value = json.tree.field(name), !value.isNull else { return [] }
    guard case .object(let members) = value else { throw json.fault([name]) }
    return members
  }

  /// The line of a setting: the names of the members that lead to it.
  func line(of setting: [String]) -> Int? { json.place(of: setting)?.line }

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
  /// - Throws: ``CredentialError``: `malformedEntry`.
  func stored(under keys: [String], path: String) throws(CredentialError) -> FoundCredential? {
    for key in keys {
      guard let found = entries[key], let credential = try credential(found.entry, found.key, path: path) else {
        continue
      }
      return FoundCredential(credential, from: .file(path: path, key: found.key))
    }
    return nil
  }

  private func credential(_ entry: Entry, _ key: String, path: String) throws(CredentialError) -> Credential? {
    if !entry.isFaulty {
      if let token = entry.registrytoken, !token.isEmpty { return .registryToken(token) }
      if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
      guard let auth = entry.auth, !auth.isEmpty else {
        guard let username = entry.username, let password = entry.password, !username.isEmpty else { return nil }
        return .password(username: username, password: password)
      }
      if let credential = Self.password(auth) { return credential }
    }
    throw .malformedEntry(path: path, line: line(of: ["auths", key]), key: key)
  }

  private static func password(_ auth: String) -> Credential? {
    // Other programs leave the padding out.
    let digits = auth.utf8.count { $0 != 0x0a && $0 != 0x0d }
    let padding = auth.hasSuffix("=") ? "" : String(repeating: "=", count: (4 - digits % 4) % 4)
    guard let bytes = Base64.decode(auth + padding), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let username = String(validating: bytes[..<colon], as: UTF8.self),
      // Docker once padded passwords with zero bytes.
      let password = String(validating: bytes[(colon + 1)...].prefix { $0 != 0 }, as: UTF8.self), !username.isEmpty
    else { return nil }
    return .password(username: username, password: password)
  }
}
