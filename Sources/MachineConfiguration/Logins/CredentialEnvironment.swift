/// The variables and the home that say where credentials are, passed in as values. It never prints, since variables hold
/// secrets.
public struct CredentialEnvironment: Sendable {
  package let variables: [String: String]
  package let home: String?
  package let userID: UInt32

  /// - Parameters:
  ///   - variables: the variables of the process. Credential helpers get them too.
  ///   - home: the home folder, where it is not the variable `HOME` that names it.
  ///   - userID: the number of the user who runs the process.
  public init(variables: [String: String], home: String? = nil, userID: UInt32) {
    self.variables = variables
    self.home = home ?? variables["HOME"].flatMap { $0.isEmpty ? nil : $0 }
    self.userID = userID
  }

  /// No variables and no home.
  public static let empty = CredentialEnvironment(variables: [:], userID: 0)

  package static let usernameVariable = "DRAY_USERNAME"
  package static let passwordVariable = "DRAY_PASSWORD"

  /// The variable's value, where there is one and it is not empty.
  package subscript(_ name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The file that `REGISTRY_AUTH_FILE` names.
  package var registryAuthFile: String? { self["REGISTRY_AUTH_FILE"] }

  /// Podman's file of this session. Where `XDG_RUNTIME_DIR` is not set, it is `/run/containers/UID/auth.json`.
  package var sessionAuthFile: String {
    self["XDG_RUNTIME_DIR"].map { $0 + "/containers/auth.json" } ?? "/run/containers/\(userID)/auth.json"
  }

  /// Podman's lasting file: `~/.config/containers/auth.json`; nil without a home.
  package var lastingAuthFile: String? {
    (self["XDG_CONFIG_HOME"] ?? home.map { $0 + "/.config" }).map { $0 + "/containers/auth.json" }
  }

  /// Docker's own: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`; nil without a home.
  package var dockerConfiguration: String? {
    (self["DOCKER_CONFIG"] ?? home.map { $0 + "/.docker" }).map { $0 + "/config.json" }
  }

  /// What programs that are started see: everything but dray's own secrets.
  package var variablesForHelpers: [String: String] {
    variables.filter { $0.key != Self.usernameVariable && $0.key != Self.passwordVariable }
  }
}

extension CredentialEnvironment: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "an environment" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
