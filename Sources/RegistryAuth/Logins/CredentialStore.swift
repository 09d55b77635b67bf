import FileAccess
import ImageModel
import MachineConfiguration
import SystemPackage
import Waiting

/// Keeps logins where docker, podman and dray find them.
///
/// A login goes
/// 1. into the file that was named, by `--authfile` or by `REGISTRY_AUTH_FILE`;
/// 2. else to where this registry's login is already, in the order in which credentials are looked for: the file that
///    has an entry for it, or the credential helper that a file names for it;
/// 3. else into the first file that there is;
/// 4. else into podman's file: the session's, and where there is no folder for sessions, the lasting one.
///
/// A login for a path goes into no file of Docker's of itself, since Docker may take it for the whole registry's.
public struct CredentialStore: Sendable {
  /// How long other processes are waited for that change the same file.
  private static let patience = 200
  private static let pause: Duration = .milliseconds(50)

  private let environment: CredentialEnvironment
  private let authFile: String?
  private let clock: any Clock<Duration>

  /// - Parameter authFile: the only file to use.
  public init(environment: CredentialEnvironment, authFile: String? = nil) {
    self.init(environment: environment, authFile: authFile, clock: ContinuousClock())
  }

  init(environment: CredentialEnvironment, authFile: String?, clock: any Clock<Duration>) {
    self.environment = environment
    self.authFile = authFile
    self.clock = clock
  }

  /// What a logout did.
  public struct Removal: Sendable, Hashable {
    public var removed: [CredentialOrigin] = []
    /// Logins for paths of the registry, which are still there.
    public var remaining: [CredentialOrigin] = []
  }

  /// - Returns: where the login is now.
  /// - Throws: ``CredentialError``; `CancellationError`.
  public func store(username: String, password: String, for login: LoginName) async throws -> CredentialOrigin {
    let place = try place(for: login)
    guard let helper = place.helper else {
      let key = place.key(of: login)
      return try await edit(place.file) { document in
        let key = document.store(username: username, password: password, for: login, key: key)
        return .file(path: place.file.path, key: key)
      }
    }
    try await CredentialHelper(name: helper.name, path: place.file.path, line: helper.line)
      .store(helper.server, username: username, secret: password, environment: environment)
    if place.isDockers {
      // The entry without a password is how Docker knows that somebody is logged in.
      try await edit(place.file) { $0.noteHelper(for: login, key: helper.server) }
    }
    return .helper(name: helper.name, key: helper.server)
  }

  /// Removes a login from every place where it would be found.
  ///
  /// - Parameter includingPaths: the logins for paths below it too.
  /// - Throws: ``CredentialError``; `CancellationError`.
  public func remove(_ login: LoginName, includingPaths: Bool = false) async throws -> Removal {
    var removal = Removal()
    for place in places where try place.file.bytes() != nil {
      if let helper = try place.helper(of: login) {
        let program = try CredentialHelper(name: helper.name, path: place.file.path, line: helper.line)
        if try await program.get(helper.server, environment: environment) != nil {
          try await program.erase(helper.server, environment: environment)
          removal.removed.append(.helper(name: helper.name, key: helper.server))
        }
      }
      let (removed, remaining) = try await edit(place.file) { document in
        (document.remove(login, includingPaths: includingPaths), document.entries(below: login))
      }
      removal.removed += removed.map { .file(path: place.file.path, key: $0) }
      removal.remaining += remaining.map { .file(path: place.file.path, key: $0) }
    }
    return removal
  }

  /// Whether a login in this place is gone when its user's session ends.
  public func endsWithSession(_ origin: CredentialOrigin) -> Bool {
    guard case .file(environment.sessionAuthFile, _) = origin else { return false }
    return true
  }

  // MARK: Places

  private var places: [StorePlace] {
    if let named = authFile ?? environment.registryAuthFile { return [place(named)] }
    return [environment.sessionAuthFile, environment.lastingAuthFile, environment.dockerConfiguration]
      .compactMap { $0 }.map(place)
  }

  private func place(_ path: String) -> StorePlace {
    StorePlace(
      file: CredentialFile(path: path, environment: environment), isDockers: path == environment.dockerConfiguration,
      helper: nil)
  }

  /// Where this login goes.
  private func place(for login: LoginName) throws(CredentialError) -> StorePlace {
    let candidates =
      authFile ?? environment.registryAuthFile == nil && login.path != nil
      ? places.filter { !$0.isDockers } : places
    for place in candidates {
      if let helper = try place.helper(of: login) { return place.with(helper: helper) }
      if try place.knows(login) { return place }
    }
    for place in candidates where try place.file.bytes() != nil { return place }
    guard authFile ?? environment.registryAuthFile == nil else { return candidates[0] }
    #if !os(macOS)
      if environment["XDG_RUNTIME_DIR"] != nil { return place(environment.sessionAuthFile) }
    #endif
    guard let path = environment.lastingAuthFile else { throw .noPlace }
    return place(path)
  }

  // MARK: Changing a file

  private func edit<Result: Sendable>(
    _ file: CredentialFile, _ change: @escaping @Sendable (inout CredentialDocument) -> Result
  ) async throws -> Result {
    do {
      let target = try PrivateFile(resolving: file.path)
      try target.makeFolder()
      var rest = Self.patience
      let lock = try await CompanionLock.acquire(beside: target.path) {
        guard rest > 0 else { throw CredentialError.lockedFile(path: file.path) }
        rest -= 1
        try await clock.sleep(for: Self.pause)
      }
      defer { lock.release() }
      return try await Workers.current.run {
        // Read again under the lock: another login may just have written.
        let before = try document(file)
        var document = before
        let result = change(&document)
        if document != before { try target.replace(with: document.bytes) }
        return result
      }
    } catch let error as Errno {
      throw CredentialError.unwritableFile(path: file.path, detail: error.description)
    }
  }

  private func document(_ file: CredentialFile) throws(CredentialError) -> CredentialDocument {
    guard let bytes = try file.bytes() else { return CredentialDocument() }
    do {
      // What could not be read as credentials is not written anew either.
      _ = try CredentialFileContent(parsing: bytes)
      return try CredentialDocument(parsing: bytes)
    } catch {
      throw .malformedFile(path: file.path, place: error.place, found: error.found)
    }
  }
}

/// A file that can take a login, and the helper that it names for that.
private struct StorePlace: Sendable {
  let file: CredentialFile
  /// Whether Docker reads it as its own configuration.
  let isDockers: Bool
  var helper: Helper?

  struct Helper: Sendable {
    let name: String
    let server: String
    /// Of the setting that names it.
    let line: Int?
  }

  func with(helper: Helper) -> StorePlace {
    var copy = self
    copy.helper = helper
    return copy
  }

  /// Helpers know whole registries only.
  func helper(of login: LoginName) throws(CredentialError) -> Helper? {
    guard login.path == nil, let content = try file.content() else { return nil }
    return content.helper(CredentialKeys(login.query)).map {
      Helper(name: $0.name, server: $0.server, line: content.line(of: $0.setting))
    }
  }

  /// Whether there is an entry for exactly this.
  func knows(_ login: LoginName) throws(CredentialError) -> Bool {
    let keys = CredentialKeys(login.query)
    return try file.content()?.holds(login.path == nil ? keys.hosts : Array(keys.paths.prefix(1))) == true
  }

  /// The key of a new entry: Docker knows its Hub by an old address.
  func key(of login: LoginName) -> String {
    isDockers && login.path == nil ? CredentialKeys(login.query).storeKey : login.description
  }
}
