import FoundationEssentials

/// A Harbor as version 2.13.5 was seen to answer: statuses, headers and bodies are those of recorded exchanges, with names and
/// addresses put in. Only what follows from who asks and what is there is decided here.
///
/// ```swift
/// var harbor = RecordedHarbor()
/// harbor.users = ["llsydn": "right"]
/// harbor.projects = ["llsydn": ["llsydn"], "pub": nil]
/// harbor.images = ["llsydn/nginx": image]
/// server.serve(harbor)
/// ```
public struct RecordedHarbor: Sendable {
  /// Passwords by name.
  public var users: [String: String] = [:]
  /// Secrets by name, the prefix `robot$` included.
  public var robots: [String: String] = [:]
  /// Who may pull from a project; nil: everybody.
  public var projects: [String: Set<String>?] = [:]
  /// By repository; each has the tag `1`.
  public var images: [String: ImageFixture] = [:]
  /// What its challenges name; nil: the token service of the server that it is served by.
  public var realm: String?
  /// A session that is over is not known any more.
  public var endsSessions: @Sendable () -> Bool = { false }

  public init() {}

  /// As whom a request is taken.
  enum Caller: Equatable {
    case nobody
    case user(String)
    case robot(String)
    /// A name and a password, or a token, that are not right.
    case wrong

    var name: String? {
      switch self {
      case .user(let name), .robot(let name): name
      case .nobody, .wrong: nil
      }
    }
  }

  func caller(name: String, password: String) -> Caller {
    if users[name] == password { return .user(name) }
    return robots[name] == password ? .robot(name) : .wrong
  }

  /// By name and password, or by the cookie of a session.
  func caller(_ request: RecordedRequest) -> Caller {
    if let credentials = request.basicCredentials {
      let parts = credentials.split(separator: ":", maxSplits: 1).map(String.init)
      return parts.count == 2 ? caller(name: parts[0], password: parts[1]) : .wrong
    }
    guard let sid = request.cookie("sid"), sid.hasPrefix("session-of-"), !endsSessions() else { return .nobody }
    return .user(String(sid.dropFirst("session-of-".count)))
  }

  func isThere(_ project: String) -> Bool { projects.keys.contains(project) }

  func mayPull(_ caller: Caller, from project: String) -> Bool {
    guard let members = projects[project] else { return false }
    return members.map { caller.name.map($0.contains) ?? false } ?? true
  }

  static func project(of repository: String) -> String { String(repository.prefix { $0 != "/" }) }

  /// Whether a token lets its bearer pull from a repository.
  static func mayPull(token: String, from repository: String) -> Bool {
    payload(token).contains(#""name":"\#(repository)","actions":["pull""#)
  }

  /// Whether a token has a subject: that of nobody in particular has none.
  static func namesSomebody(_ token: String) -> Bool { payload(token).contains(#""sub":""#) }

  /// Empty where a token is none.
  private static func payload(_ token: String) -> String {
    let parts = token.split(separator: ".")
    guard parts.count == 3 else { return "" }
    let text = parts[1].replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
    return Data(base64Encoded: text + padding).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension ScriptedServer {
  /// The rules of a Harbor, with everything that it has.
  public func serve(_ harbor: RecordedHarbor) {
    let realm = harbor.realm ?? "\(origin)/service/token"
    on("GET,HEAD", "/v2/*") { harbor.registry($0, realm: realm) }
    on("GET", "/service/token") { harbor.token($0) }
    on("GET,HEAD", "/api/v2.0/*") { harbor.api($0) }
    on("GET", "/c/login", reply: RecordedHarbor.loginPage)
    on("POST", "/c/login") { harbor.signIn($0) }
  }
}
