import HTTPAccess
import ImageModel
import MachineConfiguration

/// A file of credentials that is to be changed. What dray does not know in it stays as it is.
struct CredentialDocument: Sendable, Hashable {
  private var tree: JSONTree
  private let endsWithNewline: Bool

  /// An empty one.
  init() {
    tree = .object([])
    endsWithNewline = false
  }

  init(parsing bytes: [UInt8]) throws(ForeignJSON.Fault) {
    tree = try ForeignJSON(bytes).tree
    endsWithNewline = bytes.last == UInt8(ascii: "\n")
  }

  var bytes: [UInt8] { tree.bytes + (endsWithNewline ? [UInt8(ascii: "\n")] : []) }

  /// Puts a name and a password under the key of this login, in place of what was there.
  ///
  /// - Parameter key: where there is no entry of this meaning yet.
  /// - Returns: the entry's key.
  mutating func store(username: String, password: String, for login: LoginName, key newKey: String) -> String {
    let known = keys(of: login)
    let key = known.first ?? newKey
    for other in known where other != key { auths[other] = nil }
    var entry = auths[key] ?? .object([])
    for old in ["username", "password", "identitytoken", "registrytoken"] { entry[old] = nil }
    entry["auth"] = .string(Base64.encode(Array("\(username):\(password)".utf8)))
    auths[key] = entry
    return key
  }

  /// Notes that a helper has the login, as Docker does: an entry without a password.
  mutating func noteHelper(for login: LoginName, key newKey: String) {
    let known = keys(of: login)
    let key = known.first ?? newKey
    // A login under an older key would count again once the helper forgets this one.
    for other in known where other != key { auths[other] = nil }
    auths[key] = .object([])
  }

  /// - Parameter includingPaths: what lies below the login's name too.
  /// - Returns: the keys of the entries that held a credential.
  mutating func remove(_ login: LoginName, includingPaths: Bool) -> [String] {
    var removed: [String] = []
    for key in keys(of: login) + (includingPaths ? keys(below: login) : []) {
      if let entry = auths[key], Self.holdsCredential(entry) { removed.append(key) }
      auths[key] = nil
    }
    return removed
  }

  /// The keys that mean what lies below a login's name and hold a credential.
  func entries(below login: LoginName) -> [String] {
    keys(below: login).filter { key in auths[key].map(Self.holdsCredential) == true }
  }

  private var auths: JSONTree {
    get { tree["auths"] ?? .object([]) }
    set { tree["auths"] = newValue }
  }

  /// The keys of the entries that mean this login, the one that counts first.
  private func keys(of login: LoginName) -> [String] {
    let all = CredentialKeys(login.query)
    let wanted = login.path == nil ? all.hosts : Array(all.paths.prefix(1))
    var found: [String] = []
    for key in wanted {
      for member in auths.members where member.name == key || CredentialKeys.plain(member.name) == key {
        if !found.contains(member.name) { found.append(member.name) }
      }
    }
    return found
  }

  private func keys(below login: LoginName) -> [String] {
    auths.members.map(\.name).filter {
      CredentialKeys.plain($0).hasPrefix("\(login)/") && !keys(of: login).contains($0)
    }
  }

  private static func holdsCredential(_ entry: JSONTree) -> Bool {
    ["auth", "username", "identitytoken", "registrytoken"].contains { entry[$0]?.text?.isEmpty == false }
  }
}
